package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.local.client.Commands;
import org.mococxr.specs.ExperimentSpec;

/** Nothing goes wrong: experiments that come by REST and by Kafka complete alike. */
@Scenarios
class HappyPathScenario {
  @Test
  void byRest(Release release) throws Exception {
    release.experiments().submit("by-rest");
    JsonNode done = release.experiments().awaitEnd("by-rest", "COMPLETED");
    assertEquals(done.path("runsTotal").asInt(), done.path("runsDone").asInt());

    HttpResponse<String> log = release.experiments().log("by-rest", "pretrain");
    assertEquals(200, log.statusCode(), log.body());
    assertTrue(log.body().contains("attempt 1 of pretrain works"), log.body());
  }

  @Test
  void byKafka(Release release) throws Exception {
    ExperimentSpec spec = ExperimentSpec.parse(Experiments.small("by-kafka"), "experiment.yaml");
    new Commands(release.cluster().kafka(), release.topics())
        .send(new ExperimentRequested("by-kafka", spec));
    release.experiments().awaitEnd("by-kafka", "COMPLETED");
  }
}
