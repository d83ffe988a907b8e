package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The API server is away in the middle of an experiment. The orchestrator says that it is not ready
 * and why; trainers work on; when the API server is back the experiment completes.
 */
@Scenarios
class ApiServerScenario {
  @Test
  void awayForAWhile(Release release) throws Exception {
    Experiments experiments = release.experiments();
    experiments.submit("api-away");
    experiments.awaitRun("api-away", "pretrain", "RUNNING");
    String address = release.orchestrators().getFirst();
    release.cluster().plane().stopApiServer();
    try {
      Awaitility.await("readiness to tell of the API server")
          .atMost(Release.PATIENCE)
          .until(() -> experiments.getFrom(address, "/q/health/ready").statusCode() == 503);
      HttpResponse<String> ready = experiments.getFrom(address, "/q/health/ready");
      assertTrue(ready.body().contains("the Kubernetes API server does not answer"), ready.body());
    } finally {
      release.cluster().plane().startApiServer();
    }
    JsonNode done = experiments.awaitEnd("api-away", "COMPLETED");
    for (JsonNode run : done.path("runs")) {
      assertEquals(0, run.path("faults").asInt(), run.toString());
    }
  }
}
