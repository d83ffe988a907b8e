package org.mococxr.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/** Questions to a service in JSON over HTTP. */
final class Rest {
  private static final String JSON = "application/json";

  private final URI base;
  private final Optional<String> token;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  Rest(URI base) {
    this(base, Optional.empty());
  }

  /**
   * @param token shown with every question
   */
  Rest(URI base, Optional<String> token) {
    boolean http = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
    if (!http || base.getHost() == null) {
      throw new UserErrorException(
          "address " + base, "is not one of HTTP", "expected one such as http://127.0.0.1:8080");
    }
    this.base = base;
    this.token = token;
  }

  /**
   * An answer.
   *
   * @param status HTTP's
   * @param text as it came
   */
  record Answer(int status, String text) {
    /** JSON; a text node if it is none. */
    JsonNode body() {
      return parse(text);
    }

    boolean ok() {
      return status / 100 == 2;
    }

    /** What the service says went wrong, in one line. */
    String problem() {
      // A service where people sign in with a browser sends whoever shows no token there.
      if (status == 401 || status == 302) {
        return "nobody may ask without a token: give one with --token or MOCOCXR_TOKEN";
      }
      if (status == 403 && text.isBlank()) {
        return "the token does not allow this: it takes the role operator, or viewer to look";
      }
      JsonNode body = body();
      for (String field : new String[] {"message", "error", "detail"}) {
        if (body.path(field).isTextual()) {
          return body.path(field).textValue();
        }
      }
      return "status " + status + (body.asText().isBlank() ? "" : ": " + body.asText());
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return get(path, JSON);
  }

  Answer get(String path, String accept) throws IOException, InterruptedException {
    return send("GET", path, BodyPublishers.noBody(), JSON, accept);
  }

  Answer post(String path, byte[] body, String type) throws IOException, InterruptedException {
    return send("POST", path, BodyPublishers.ofByteArray(body), type, JSON);
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return send("DELETE", path, BodyPublishers.noBody(), JSON, JSON);
  }

  private Answer send(String method, String path, BodyPublisher body, String type, String accept)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", type)
            .header("Accept", accept)
            .method(method, body);
    token.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      // Java names neither the address nor, often, the reason.
      throw new IOException("nobody answers at " + base, e);
    }
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
