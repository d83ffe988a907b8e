package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The broker is away for longer than trainers wait for it: one that ends meanwhile, and one that is
 * stopped, are told of by their Jobs.
 */
@Scenarios
class KafkaAwayScenario {
  private static final String RUN = "pretrain";

  /** Both work when the broker goes. */
  private static final String LONG =
      "trainer: {environment: {FAKE_WORK_MILLIS_PRETRAIN: \"30000\"}}";

  @Test
  void whatEndsUnheardIsToldByItsJob(TestCluster cluster) throws Exception {
    try (Release release = Release.install(cluster, "kafka-away", "lab", LONG)) {
      Experiments experiments = release.experiments();
      for (String id : List.of("ends", "stops")) {
        experiments.submit(id);
        experiments.awaitRun(id, RUN, "RUNNING");
      }
      Pod stopped = release.trainer("stops", RUN).orElseThrow();
      cluster.stopKafka();
      try {
        release
            .client()
            .pods()
            .inNamespace(release.namespace())
            .withName(stopped.getMetadata().getName())
            .evict();
        Awaitility.await("both Jobs to have ended")
            .atMost(Release.PATIENCE)
            .until(() -> release.jobs().stream().filter(KafkaAwayScenario::ended).count() == 2);
      } finally {
        cluster.startKafka();
      }
      JsonNode done = Experiments.run(experiments.awaitEnd("ends", "COMPLETED"), RUN);
      assertEquals(1, done.path("attempt").asInt(), done.toString());
      JsonNode again = Experiments.run(experiments.awaitEnd("stops", "COMPLETED"), RUN);
      assertEquals(2, again.path("attempt").asInt(), again.toString());
      assertEquals(0, again.path("faults").asInt(), again.toString());
    }
  }

  private static boolean ended(Job job) {
    return job.getStatus().getConditions().stream()
        .filter(condition -> condition.getStatus().equals("True"))
        .anyMatch(condition -> List.of("Complete", "Failed").contains(condition.getType()));
  }
}
