package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A trainer's pod ends before its work is done; the run goes on, and the user is told why. */
@Scenarios
class TrainerEndsScenario {
  private static final String RUN = "pretrain";

  @Test
  void killed(Release release) throws Exception {
    Pod pod = working(release, "killed");
    assertTrue(release.kill(pod));
    String reason = release.experiments().awaitReason("killed", RUN, "exit code 137");
    assertTrue(reason.contains("its log ends with: "), reason);
    assertTrue(reason.endsWith("attempt 1 of pretrain works"), reason);
    assertEquals(1, completed(release, "killed").path("faults").asInt());
  }

  @Test
  void outOfMemory(Release release) throws Exception {
    Pod pod = working(release, "memory");
    assertTrue(release.nodeOf(pod).killForMemory(release.namespace(), name(pod)));
    release
        .experiments()
        .awaitReason("memory", RUN, "ran out of memory (OOMKilled): its limit is 128Mi");
    assertEquals(1, completed(release, "memory").path("faults").asInt());
  }

  @Test
  void evictedByItsNode(Release release) throws Exception {
    Pod pod = working(release, "evicted");
    String message = "The node was low on resource: ephemeral-storage.";
    assertTrue(release.nodeOf(pod).evict(release.namespace(), name(pod), message));
    JsonNode run = completed(release, "evicted");
    assertEquals(0, run.path("faults").asInt(), run.toString());
  }

  @Test
  void evictedForADrain(Release release) throws Exception {
    Pod pod = working(release, "drained");
    release.client().pods().inNamespace(release.namespace()).withName(name(pod)).evict();
    JsonNode run = completed(release, "drained");
    assertEquals(0, run.path("faults").asInt(), run.toString());
  }

  @Test
  void jobDeletedByHand(Release release) throws Exception {
    Pod pod = working(release, "job-deleted");
    String job = pod.getMetadata().getLabels().get("job-name");
    release.client().batch().v1().jobs().inNamespace(release.namespace()).withName(job).delete();
    JsonNode run = completed(release, "job-deleted");
    assertEquals(0, run.path("faults").asInt(), run.toString());
  }

  private static Pod working(Release release, String id) throws Exception {
    release.experiments().submit(id);
    release.experiments().awaitRun(id, RUN, "RUNNING");
    return Awaitility.await("the trainer of " + id)
        .atMost(Release.PATIENCE)
        .until(() -> release.trainer(id, RUN), found -> found.isPresent())
        .get();
  }

  private static JsonNode completed(Release release, String id) throws Exception {
    JsonNode run = Experiments.run(release.experiments().awaitEnd(id, "COMPLETED"), RUN);
    assertEquals(2, run.path("attempt").asInt(), run.toString());
    return run;
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }
}
