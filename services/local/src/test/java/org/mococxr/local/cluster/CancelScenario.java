package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * An experiment is cancelled in each of its phases. Nothing of it works on, and it completes when
 * it is submitted again; what was done before is not done a second time.
 */
@Scenarios
class CancelScenario {
  private static final String RUN = "pretrain";

  @Test
  void inEachPhase(Release release) throws Exception {
    Experiments experiments = release.experiments();
    scaleSplitter(release, 0);
    try {
      experiments.submit("splitting");
      experiments.await("splitting", "split", e -> "SPLITTING".equals(e.path("status").asText()));
      cancel(release, "splitting");
    } finally {
      scaleSplitter(release, 1);
    }

    HasMetadata full = release.leaveNoMemory();
    try {
      experiments.submit("pending");
      experiments.awaitReason("pending", RUN, "quota: ");
      cancel(release, "pending");
    } finally {
      release.client().resource(full).delete();
    }

    Path held = experiments.hold("running", RUN);
    experiments.submit("running");
    experiments.awaitRun("running", RUN, "RUNNING");
    cancel(release, "running");
    Files.delete(held);

    between(release);
    assertEquals("attempt 1\n", experiments.workers("between").get(RUN));

    List<String> all = List.of("splitting", "pending", "running", "between");
    for (String id : all) {
      experiments.submitAgain(id);
    }
    for (String id : all) {
      experiments.awaitCompleteAtLast(id);
    }
    assertEquals("attempt 1\n", experiments.workers("between").get(RUN), "taken over");
  }

  /** The next run waits for a quota, however long it takes until the experiment is cancelled. */
  private static void between(Release release) throws Exception {
    Experiments experiments = release.experiments();
    Path held = experiments.hold("between", RUN);
    experiments.submit("between");
    experiments.awaitRun("between", RUN, "RUNNING");
    HasMetadata full = release.leaveNoMemory();
    try {
      Files.delete(held);
      experiments.awaitRun("between", RUN, "DONE");
      cancel(release, "between");
    } finally {
      release.client().resource(full).delete();
    }
  }

  private static void scaleSplitter(Release release, int replicas) {
    release
        .client()
        .apps()
        .deployments()
        .inNamespace(release.namespace())
        .withName(release.fullName() + "-splitter")
        .scale(replicas);
    release.awaitReady();
    Awaitility.await("no more than " + replicas + " splitters")
        .atMost(Release.PATIENCE)
        .until(() -> release.podsUntilTheyEnd("splitter").size() == replicas);
  }

  private static void cancel(Release release, String id) throws Exception {
    release.experiments().cancel(id);
    JsonNode cancelled = release.experiments().awaitEnd(id, "CANCELLED");
    for (JsonNode run : cancelled.path("runs")) {
      assertTrue(List.of("DONE", "CANCELLED").contains(run.path("status").asText()), id + run);
    }
    Awaitility.await("trainers of " + id + " to end")
        .atMost(Release.PATIENCE)
        .untilAsserted(() -> assertEquals(List.of(), release.trainers(id)));
  }
}
