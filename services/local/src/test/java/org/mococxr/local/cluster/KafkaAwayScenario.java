package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mococxr.specs.RunKind;

/**
 * The broker is away for longer than trainers wait for it. The orchestrator says that it is not
 * ready and why. When the broker is back, a trainer that ended meanwhile and one that was stopped
 * are told of by their Jobs.
 */
@Scenarios
class KafkaAwayScenario {
  private static final String RUN = "pretrain";

  @Test
  void whatEndsUnheardIsToldByItsJob(TestCluster cluster) throws Exception {
    try (Release release =
        Release.install(cluster, "kafka-away", "lab", Gate.before(RunKind.PRETRAIN))) {
      // Both are at work when the broker goes, however long that takes.
      Experiments experiments = release.experiments();
      experiments.submit("ends");
      experiments.submit("stops");
      experiments.awaitRun("ends", RUN, "RUNNING");
      experiments.awaitRun("stops", RUN, "RUNNING");
      Pod stopped = release.awaitTrainer("stops", RUN);
      String address = release.orchestrator();
      cluster.stopKafka();
      try {
        assertEquals(List.of(), ended(release));
        assertTrue(
            release
                .client()
                .pods()
                .inNamespace(release.namespace())
                .withName(stopped.getMetadata().getName())
                .evict());
        Gate.open(release, "ends", RUN);
        Awaitility.await("readiness to tell of Kafka")
            .atMost(Release.PATIENCE)
            .until(
                () -> experiments.missing(address),
                missing -> missing.contains("no answer from Kafka"));
        Awaitility.await("both Jobs to have ended")
            .atMost(Release.PATIENCE)
            .until(() -> ended(release).size() == 2);
      } finally {
        cluster.startKafka();
      }
      Gate.open(release, "stops", RUN);
      JsonNode done = Experiments.run(experiments.awaitEnd("ends", "COMPLETED"), RUN);
      assertEquals(1, done.path("attempt").asInt(), done.toString());
      JsonNode again = Experiments.run(experiments.awaitEnd("stops", "COMPLETED"), RUN);
      assertEquals(2, again.path("attempt").asInt(), again.toString());
      assertEquals(0, again.path("faults").asInt(), again.toString());
    }
  }

  /** Jobs of the two runs that have ended. */
  private static List<Job> ended(Release release) {
    return Stream.of("ends", "stops")
        .flatMap(id -> release.jobs(id, RUN).stream())
        .filter(
            job ->
                job.getStatus().getConditions().stream()
                    .filter(condition -> condition.getStatus().equals("True"))
                    .anyMatch(c -> List.of("Complete", "Failed").contains(c.getType())))
        .toList();
  }
}
