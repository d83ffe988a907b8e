package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mococxr.specs.RunKind;

/** A trainer's pod ends before its work is done; the run goes on, and the user is told why. */
@Scenarios
class TrainerEndsScenario {
  private static final String RUN = "pretrain";
  private static final int STEPS = 4;

  private Release release;

  @BeforeAll
  void install(TestCluster cluster) throws Exception {
    release = Release.install(cluster, "ends", "lab", Gate.before(RunKind.PRETRAIN));
  }

  @AfterAll
  void remove() {
    release.close();
  }

  @Test
  void killed() throws Exception {
    Pod pod = working("killed");
    assertTrue(release.kill(pod));
    String reason = History.awaitReason(release, "killed", RUN, "exit code 137");
    assertTrue(
        reason.endsWith(
            "its log ends with: attempt 1 of pretrain works | step 1 of 4 | step 2 of 4"
                + " | step 3 of 4 | step 4 of 4"),
        reason);
    assertEquals(1, completed("killed").path("faults").asInt());
  }

  @Test
  void outOfMemory() throws Exception {
    Pod pod = working("memory");
    assertTrue(release.nodeOf(pod).killForMemory(release.namespace(), name(pod)));
    History.awaitReason(
        release, "memory", RUN, "ran out of memory (OOMKilled): its limit is 128Mi");
    assertEquals(1, completed("memory").path("faults").asInt());
  }

  @Test
  void evictedByItsNode() throws Exception {
    Pod pod = working("evicted");
    String message = "The node was low on resource: ephemeral-storage.";
    assertTrue(release.nodeOf(pod).evict(release.namespace(), name(pod), message));
    JsonNode run = completed("evicted");
    assertEquals(0, run.path("faults").asInt(), run.toString());
  }

  @Test
  void evictedForADrain() throws Exception {
    Pod pod = working("drained");
    assertTrue(
        release.client().pods().inNamespace(release.namespace()).withName(name(pod)).evict());
    JsonNode run = completed("drained");
    assertEquals(0, run.path("faults").asInt(), run.toString());
  }

  @Test
  void jobDeletedByHand() throws Exception {
    Pod pod = working("job-deleted");
    String job = pod.getMetadata().getLabels().get("job-name");
    release.client().batch().v1().jobs().inNamespace(release.namespace()).withName(job).delete();
    JsonNode run = completed("job-deleted");
    assertEquals(0, run.path("faults").asInt(), run.toString());
  }

  /** The pod of a trainer that has said all that it says before its gate. */
  private Pod working(String id) throws Exception {
    release.experiments().submit(id);
    release
        .experiments()
        .await(id, "at its gate", e -> Experiments.run(e, RUN).path("done").asInt() == STEPS);
    return Awaitility.await("the trainer of " + id)
        .atMost(Release.PATIENCE)
        .until(() -> release.trainer(id, RUN), found -> found.isPresent())
        .get();
  }

  private JsonNode completed(String id) throws Exception {
    release
        .experiments()
        .await(id, "tried again", e -> Experiments.run(e, RUN).path("attempt").asInt() > 1);
    Gate.open(release, id, RUN);
    JsonNode run = Experiments.run(release.experiments().awaitEnd(id, "COMPLETED"), RUN);
    assertEquals(2, run.path("attempt").asInt(), run.toString());
    return run;
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }
}
