package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Two replicas of the orchestrator: either answers for every experiment, one takes over when the
 * other is killed, and both are replaced in turn by images of another version in the middle of an
 * experiment. Whoever asks is answered all the time, and no run is begun twice.
 */
@Scenarios
class ReplicasScenario {
  private static final String TWO = "{kafka: {partitions: 2}, orchestrator: {replicas: 2}}";

  @Test
  void takeOverAndAreReplaced(TestCluster cluster) throws Exception {
    try (Release release = Release.install(cluster, "replicas", "lab", TWO)) {
      Experiments experiments = release.experiments();
      List<String> ids = List.of("one", "two", "three");
      for (String id : ids) {
        experiments.submit(id);
      }
      requireEitherAnswers(release, ids);
      Pod one = release.pods("orchestrator").getFirst();
      assertTrue(release.kill(one));
      Awaitility.await("both replicas after one was killed")
          .atMost(Release.PATIENCE)
          .until(() -> release.orchestrators().size() == 2 && experiments.answers());
      requireEitherAnswers(release, ids);
      for (String id : ids) {
        requireFirstAttempts(experiments.awaitEnd(id, "COMPLETED"));
      }

      experiments.submit("upgraded");
      experiments.awaitRun("upgraded", "pretrain", "RUNNING");
      release.upgrade(
          "{kafka: {partitions: 2}, orchestrator: {replicas: 2}, image: {tag: %s}}"
              .formatted(Images.NEXT));
      requireEitherAnswers(release, List.of("upgraded", "one"));
      // The first request after the release is ready, with no second try.
      experiments.submit("afterwards");
      requireFirstAttempts(experiments.awaitEnd("upgraded", "COMPLETED"));
      requireFirstAttempts(experiments.awaitEnd("afterwards", "COMPLETED"));
    }
  }

  private static void requireFirstAttempts(JsonNode experiment) {
    experiment
        .path("runs")
        .forEach(run -> assertEquals(1, run.path("attempt").asInt(), run.toString()));
  }

  private static void requireEitherAnswers(Release release, List<String> ids) {
    List<String> addresses = release.orchestrators();
    assertEquals(2, addresses.size());
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
