package org.mococxr.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.mococxr.foundation.Json;

/** Questions to a service in JSON over HTTP. */
final class Rest {
  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  Rest(URI base) {
    this.base = base;
  }

  /**
   * An answer.
   *
   * @param status HTTP's
   * @param body JSON; a text node if it was none
   */
  record Answer(int status, JsonNode body) {
    boolean ok() {
      return status / 100 == 2;
    }

    /** What the service says went wrong, in one line. */
    String problem() {
      for (String field : new String[] {"message", "error", "detail"}) {
        if (body.path(field).isTextual()) {
          return body.path(field).textValue();
        }
      }
      return "status " + status + (body.asText().isBlank() ? "" : ": " + body.asText());
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, BodyPublishers.noBody(), "application/json");
  }

  Answer post(String path, byte[] body, String type) throws IOException, InterruptedException {
    return send("POST", path, BodyPublishers.ofByteArray(body), type);
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return send("DELETE", path, BodyPublishers.noBody(), "application/json");
  }

  private Answer send(String method, String path, BodyPublisher body, String type)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", type)
            .header("Accept", "application/json")
            .method(method, body)
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), parse(response.body()));
  }

  private static JsonNode parse(String text) {
    try {
      JsonNode node = Json.MAPPER.readTree(text);
      return node == null ? Json.MAPPER.getNodeFactory().textNode("") : node;
    } catch (IOException e) {
      return Json.MAPPER.getNodeFactory().textNode(text);
    }
  }
}
