package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The broker is away for longer than trainers wait for it. The orchestrator says that it is not
 * ready and why. When the broker is back, a trainer that ended meanwhile and one that was stopped
 * are told of by their Jobs.
 */
@Scenarios
class KafkaAwayScenario {
  private static final String RUN = "pretrain";
  private static final String GATE = "go";

  /** Both are at work when the broker goes, however long that takes. */
  private static final String UNTIL_THE_GATE_OPENS =
      """
      trainer:
        environment: {FAKE_WORK_MILLIS_PRETRAIN: "1000", FAKE_GATE_PRETRAIN: %s}
      """
          .formatted(GATE);

  @Test
  void whatEndsUnheardIsToldByItsJob(TestCluster cluster) throws Exception {
    try (Release release = Release.install(cluster, "kafka-away", "lab", UNTIL_THE_GATE_OPENS)) {
      Experiments experiments = release.experiments();
      experiments.submit("ends");
      experiments.submit("stops");
      experiments.awaitRun("ends", RUN, "RUNNING");
      experiments.awaitRun("stops", RUN, "RUNNING");
      Pod stopped = release.trainer("stops", RUN).orElseThrow();
      String address = release.orchestrators().getFirst();
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
        openGate(release, "ends");
        Awaitility.await("readiness to tell of Kafka")
            .atMost(Release.PATIENCE)
            .until(
                () -> {
                  HttpResponse<String> ready = experiments.getFrom(address, "/q/health/ready");
                  return ready.statusCode() == 503 && ready.body().contains("no answer from Kafka");
                });
        Awaitility.await("both Jobs to have ended")
            .atMost(Release.PATIENCE)
            .until(() -> ended(release).size() == 2);
      } finally {
        cluster.startKafka();
      }
      openGate(release, "stops");
      JsonNode done = Experiments.run(experiments.awaitEnd("ends", "COMPLETED"), RUN);
      assertEquals(1, done.path("attempt").asInt(), done.toString());
      JsonNode again = Experiments.run(experiments.awaitEnd("stops", "COMPLETED"), RUN);
      assertEquals(2, again.path("attempt").asInt(), again.toString());
      assertEquals(0, again.path("faults").asInt(), again.toString());
    }
  }

  private static void openGate(Release release, String id) throws Exception {
    Path run = release.artifacts().resolve("experiments").resolve(id).resolve("runs").resolve(RUN);
    Files.createFile(run.resolve(GATE));
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
