package org.mococxr.orchestrator.install;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.mococxr.foundation.Json;

/** What {@code helm test} runs: submits an experiment and waits for its report. */
public final class PhantomExperiment {
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final URI orchestrator;

  /**
   * @param orchestrator its address
   */
  public PhantomExperiment(URI orchestrator) {
    this.orchestrator = orchestrator;
  }

  /** {@code ORCHESTRATOR FILE SECONDS}; ends with 1 and the reason if there is no report. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String name = "helm-test-" + Long.toString(System.currentTimeMillis() / 1000, 36);
    String yaml = Files.readString(Path.of(arguments[1])).replace("NAME", name);
    Duration patience = Duration.ofSeconds(Long.parseLong(arguments[2]));
    try {
      int size = new PhantomExperiment(URI.create(arguments[0])).report(yaml, patience).length();
      System.out.printf("experiment %s has a report of %,d characters%n", name, size);
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /**
   * The report's page.
   *
   * @param yaml the experiment
   * @param patience until it must be there
   * @throws IllegalStateException saying why there is none
   */
  public String report(String yaml, Duration patience) throws IOException, InterruptedException {
    HttpResponse<String> submitted =
        send(
            HttpRequest.newBuilder(orchestrator.resolve("/api/experiments"))
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(yaml)));
    require(submitted.statusCode() == 202, "the experiment was not taken: " + submitted.body());
    URI experiment =
        orchestrator.resolve(
            "/api/experiments/" + Json.MAPPER.readTree(submitted.body()).path("id").asText());
    Instant end = Instant.now().plus(patience);
    String last = "";
    while (true) {
      JsonNode state = Json.MAPPER.readTree(get(experiment).body());
      String status = state.path("status").asText();
      String now = status + ", " + state.path("runsDone") + " of " + state.path("runsTotal");
      if (!now.equals(last)) {
        System.out.println(now + " runs");
        last = now;
      }
      if (status.equals("COMPLETED")) {
        HttpResponse<String> report = get(URI.create(experiment + "/report"));
        require(report.statusCode() == 200, "the report cannot be read: " + report.body());
        return report.body();
      }
      require(
          !status.equals("FAILED") && !status.equals("CANCELLED"),
          "the experiment ended as " + status + ": " + state.path("reason").asText());
      require(Instant.now().isBefore(end), "no report within " + patience.toSeconds() + " s");
      Thread.sleep(2_000);
    }
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri).GET());
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(
        request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
