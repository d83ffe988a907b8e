package org.mococxr.local.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.mococxr.foundation.Json;

/**
 * What the user reads of what became of an experiment. A run's own reason is gone when its next
 * attempt begins, which may be before anybody has looked; what its history tells stays.
 */
final class History {
  private History() {}

  /** Waits until a run has been told a reason with this part; gives it. */
  static String awaitReason(Release release, String id, String run, String part)
      throws InterruptedException {
    Instant deadline = Instant.now().plus(Release.PATIENCE);
    String last = "";
    while (Instant.now().isBefore(deadline)) {
      for (JsonNode change : changes(release, id)) {
        last = change.toString();
        String reason = change.path("reason").asText();
        if (change.path("run").asText().equals(run) && reason.contains(part)) {
          return reason;
        }
      }
      Thread.sleep(200);
    }
    throw new AssertionError("%s: %s was not told '%s'; last: %s".formatted(id, run, part, last));
  }

  /** None while no orchestrator answers. */
  private static JsonNode changes(Release release, String id) throws InterruptedException {
    List<String> addresses = release.orchestrators();
    try {
      HttpResponse<String> answer =
          addresses.isEmpty()
              ? null
              : release
                  .experiments()
                  .getFrom(addresses.getFirst(), "/api/experiments/" + id + "/history");
      return answer != null && answer.statusCode() == 200
          ? Json.MAPPER.readTree(answer.body())
          : Json.MAPPER.createArrayNode();
    } catch (IOException away) {
      return Json.MAPPER.createArrayNode();
    }
  }
}
