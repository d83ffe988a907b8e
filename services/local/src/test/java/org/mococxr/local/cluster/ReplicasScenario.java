package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mococxr.specs.RunKind;

/**
 * Two replicas of the orchestrator: either answers for every experiment, one takes over when the
 * other is killed, and both are replaced in turn by images of another version in the middle of an
 * experiment. Whoever asks is answered all the time, and no run is begun twice.
 */
@Scenarios
class ReplicasScenario {
  private static final String TWO = "{kafka: {partitions: 2}, orchestrator: {replicas: 2}}";
  private static final String GATE = Gate.ofRelease(RunKind.PRETRAIN);

  @Test
  void takeOverAndAreReplaced(TestCluster cluster) throws Exception {
    try (Release release = Release.install(cluster, "replicas", "lab", TWO, GATE)) {
      Gate.open(release);
      Experiments experiments = release.experiments();
      List<String> ids = List.of("one", "two", "three");
      for (String id : ids) {
        experiments.submit(id);
      }
      requireEitherAnswers(release, ids);
      Pod one = release.pods("orchestrator").getFirst();
      assertTrue(release.kill(one));
      Awaitility.await("the replica that was killed to have begun anew")
          .atMost(Release.PATIENCE)
          .until(() -> starts(release, one) > 0 && experiments.answers());
      requireEitherAnswers(release, ids);
      for (String id : ids) {
        requireFirstAttempts(experiments.awaitEnd(id, "COMPLETED"));
      }

      Gate.close(release);
      experiments.submit("upgraded");
      experiments.awaitRun("upgraded", "pretrain", "RUNNING");
      Gate.open(release);
      release.upgrade(TWO, GATE, "image: {tag: %s}".formatted(Images.NEXT));
      requireEitherAnswers(release, List.of("upgraded", "one"));
      // The first request after the release is ready, with no second try.
      experiments.submit("afterwards");
      requireFirstAttempts(experiments.awaitEnd("upgraded", "COMPLETED"));
      requireFirstAttempts(experiments.awaitEnd("afterwards", "COMPLETED"));
    }
  }

  /** How often the container of a pod was started again; a pod may look ready after its end. */
  private static int starts(Release release, Pod pod) {
    return release.client().resource(pod).get().getStatus().getContainerStatuses().stream()
        .mapToInt(ContainerStatus::getRestartCount)
        .sum();
  }

  private static void requireFirstAttempts(JsonNode experiment) {
    experiment
        .path("runs")
        .forEach(run -> assertEquals(1, run.path("attempt").asInt(), run.toString()));
  }

  private static void requireEitherAnswers(Release release, List<String> ids) {
    List<String> addresses =
        Awaitility.await("two replicas")
            .atMost(Release.PATIENCE)
            .until(release::orchestrators, ready -> ready.size() == 2);
    for (String address : addresses) {
      for (String id : ids) {
        Awaitility.await(address + " to know " + id)
            .atMost(Release.PATIENCE)
            .ignoreExceptions()
            .until(
                () ->
                    release.experiments().getFrom(address, "/api/experiments/" + id).statusCode()
                        == 200);
      }
    }
  }
}
