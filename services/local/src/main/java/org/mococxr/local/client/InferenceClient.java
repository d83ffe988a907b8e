package org.mococxr.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Asks the inference service. */
public final class InferenceClient {
  private final Rest rest;

  /** The service at this address. */
  public InferenceClient(URI base) {
    this.rest = new Rest(base);
  }

  /**
   * One answer.
   *
   * @param task what was looked for
   * @param probability calibrated, in [0, 1]
   * @param positive whether it reaches the model's threshold
   */
  public record Finding(String task, double probability, boolean positive) {}

  /** Waits until a model is served in a version; false if it is not within the bound. */
  public boolean awaitVersion(String model, String version, Duration bound)
      throws InterruptedException {
    Instant deadline = Instant.now().plus(bound);
    while (Instant.now().isBefore(deadline)) {
      try {
        for (JsonNode served : rest.get("/v1/models").body()) {
          if (served.path("name").asText().equals(model)
              && served.path("version").asText().equals(version)) {
            return true;
          }
        }
      } catch (IOException e) {
        // Being started again; the supervisor tells if that fails.
      }
      Thread.sleep(300);
    }
    return false;
  }

  /** Sends an X-ray as it is on disk. */
  public List<Finding> predict(String model, Path image) throws IOException, InterruptedException {
    String path = "/v1/models/" + URLEncoder.encode(model, StandardCharsets.UTF_8) + "/predict";
    Rest.Answer answer = rest.post(path, Files.readAllBytes(image), "application/octet-stream");
    if (!answer.ok()) {
      throw new IOException("the inference service refused " + image + ": " + answer.problem());
    }
    List<Finding> findings = new ArrayList<>();
    for (JsonNode finding : answer.body().path("findings")) {
      findings.add(
          new Finding(
              finding.path("task").asText(),
              finding.path("probability").asDouble(),
              finding.path("positive").asBoolean()));
    }
    return List.copyOf(findings);
  }
}
