package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;

/**
 * The API server is away in the middle of an experiment. The orchestrator says that it is not ready
 * and why; a trainer ends its work meanwhile; when the API server is back the experiment completes.
 */
@Scenarios
class ApiServerScenario {
  @Test
  void awayForAWhile(Release release) throws Exception {
    Experiments experiments = release.experiments();
    Path held = experiments.hold("api-away", "pretrain");
    experiments.submit("api-away");
    experiments.awaitRun("api-away", "pretrain", "RUNNING");
    String address = release.orchestrator();
    release.cluster().plane().stopApiServer();
    try {
      Awaitility.await("readiness to tell of the API server")
          .atMost(Release.PATIENCE)
          .until(
              () -> experiments.missing(address),
              missing -> missing.contains("the Kubernetes API server does not answer"));
      Files.delete(held);
      Awaitility.await("the trainer to tell that it is done")
          .atMost(Release.PATIENCE)
          .ignoreExceptions()
          .until(() -> status(experiments, address), "DONE"::equals);
    } finally {
      release.cluster().plane().startApiServer();
    }
    JsonNode done = experiments.awaitEnd("api-away", "COMPLETED");
    for (JsonNode run : done.path("runs")) {
      assertEquals(0, run.path("faults").asInt(), run.toString());
    }
  }

  /** As a pod of the orchestrator tells it without being looked up. */
  private static String status(Experiments experiments, String address) throws Exception {
    String answer = experiments.getFrom(address, "/api/experiments/api-away").body();
    return Experiments.run(Json.MAPPER.readTree(answer), "pretrain").path("status").asText();
  }
}
