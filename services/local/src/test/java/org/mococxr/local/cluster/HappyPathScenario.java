package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.local.client.Commands;
import org.mococxr.specs.ExperimentSpec;

/** Nothing goes wrong: experiments that come by REST and by Kafka complete alike. */
@ExtendWith(ClusterExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class HappyPathScenario {
  private Release release;

  @BeforeAll
  void install(TestCluster cluster) throws Exception {
    release = Release.install(cluster, "happy", "lab", "");
  }

  @AfterAll
  void remove() {
    release.close();
  }

  @Test
  void byRest() throws Exception {
    release.experiments().submit(Experiments.small("by-rest"));
    JsonNode done = release.experiments().awaitEnd("by-rest", "COMPLETED");
    assertEquals(done.path("runsTotal").asInt(), done.path("runsDone").asInt());

    HttpResponse<String> log = release.experiments().log("by-rest", "pretrain");
    assertEquals(200, log.statusCode(), log.body());
    assertTrue(log.body().contains("attempt 1 of pretrain works"), log.body());
  }

  @Test
  void byKafka() throws Exception {
    ExperimentSpec spec = ExperimentSpec.parse(Experiments.small("by-kafka"), "experiment.yaml");
    new Commands(release.cluster().kafka(), release.topics())
        .send(new ExperimentRequested("by-kafka", spec));
    release.experiments().awaitEnd("by-kafka", "COMPLETED");
  }
}
