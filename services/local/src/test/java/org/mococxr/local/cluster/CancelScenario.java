package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An experiment is cancelled in each of its phases; nothing of it works on, and it can come again.
 */
@Scenarios
class CancelScenario {
  private Release release;

  @BeforeAll
  void install(TestCluster cluster) throws Exception {
    release = Release.install(cluster, "cancel", "lab", "splitter: {replicas: 0}");
  }

  @AfterAll
  void remove() {
    release.close();
  }

  @Test
  void inEachPhase() throws Exception {
    Experiments experiments = release.experiments();
    experiments.submit(Experiments.small("splitting"));
    experiments.await("splitting", "split", e -> e.path("status").asText().equals("SPLITTING"));
    cancel("splitting");

    release.upgrade("trainer: {gpus: 9}");
    experiments.submit(Experiments.small("pending"));
    experiments.awaitReason("pending", "pretrain", "unschedulable");
    cancel("pending");

    release.upgrade("");
    experiments.submit(Experiments.small("running"));
    experiments.awaitRun("running", "pretrain", "RUNNING");
    cancel("running");
    assertFalse(
        Files.exists(release.artifacts().resolve("experiments/running/runs/pretrain/DONE.json")));

    experiments.submit(Experiments.small("later"));
    experiments.awaitRun("later", "pretrain", "DONE");
    cancel("later");

    for (String id : new String[] {"splitting", "pending", "running", "later"}) {
      experiments.submit(Experiments.small(id));
      // What was done before it was cancelled is taken over, so that no audit of attempts holds
      // here.
      experiments.await(id, "completed", e -> e.path("status").asText().equals("COMPLETED"));
    }
  }

  private void cancel(String id) throws Exception {
    release.experiments().cancel(id);
    release.experiments().awaitEnd(id, "CANCELLED");
    Awaitility.await("pods of " + id + " to end")
        .atMost(Release.PATIENCE)
        .untilAsserted(
            () ->
                assertEquals(
                    0,
                    release.pods().stream()
                        .filter(
                            pod ->
                                id.equals(
                                    pod.getMetadata().getLabels().get("mococxr.org/experiment")))
                        .filter(pod -> !"Succeeded".equals(pod.getStatus().getPhase()))
                        .count()));
  }
}
