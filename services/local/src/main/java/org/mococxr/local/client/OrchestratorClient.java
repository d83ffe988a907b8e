package org.mococxr.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.Subject;

/** The orchestrator's REST API. */
public final class OrchestratorClient {
  private static final String EXPERIMENTS = "/api/experiments";
  private static final int NOT_READY = 503;

  private final Rest rest;

  /** The service at this address. */
  public OrchestratorClient(URI base) {
    this.rest = new Rest(base);
  }

  /**
   * What the orchestrator knows of an experiment.
   *
   * @param id its id
   * @param status SPLITTING, RUNNING, COMPLETED, FAILED or CANCELLED
   * @param stage what it does now, in a few words
   * @param reason why it failed; empty otherwise
   * @param runsDone runs that are done
   * @param runsTotal runs in all; 0 until the split is there
   * @param runs in the order of the plan; empty until the split is there, and in lists
   */
  public record Experiment(
      String id,
      String status,
      String stage,
      String reason,
      int runsDone,
      int runsTotal,
      List<Run> runs) {}

  /**
   * A run of an experiment.
   *
   * @param name unique in the experiment
   * @param kind what it does
   * @param subject what tells it from others of its kind
   * @param status WAITING, REQUESTED, RUNNING, DONE, FAILED or CANCELLED
   */
  public record Run(String name, RunKind kind, Subject subject, String status) {}

  /** One experiment; empty if it is not known. */
  public Optional<Experiment> experiment(String id) throws IOException, InterruptedException {
    Rest.Answer answer = rest.get(path(id));
    if (answer.status() == 404) {
      return Optional.empty();
    }
    return Optional.of(read(require(answer)));
  }

  /** All experiments, newest first, without their runs. */
  public List<Experiment> experiments() throws IOException, InterruptedException {
    List<Experiment> all = new ArrayList<>();
    require(rest.get(EXPERIMENTS)).forEach(node -> all.add(read(node)));
    return List.copyOf(all);
  }

  /**
   * Requests an experiment.
   *
   * @param yaml its specification
   * @return its id
   */
  public String submit(String yaml) throws IOException, InterruptedException {
    byte[] body = yaml.getBytes(StandardCharsets.UTF_8);
    return require(rest.post(EXPERIMENTS, body, "application/yaml")).path("id").asText();
  }

  /** Cancels an experiment; what is done stays. */
  public void cancel(String id) throws IOException, InterruptedException {
    require(rest.delete(path(id)));
  }

  private static String path(String id) {
    return EXPERIMENTS + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
  }

  private static JsonNode require(Rest.Answer answer) throws IOException {
    if (answer.ok()) {
      return answer.body();
    }
    JsonNode body = answer.body();
    if (body.path("location").isTextual()) {
      throw new UserErrorException(
          body.path("location").asText(),
          body.path("problem").asText(),
          body.path("remedy").asText());
    }
    if (answer.status() / 100 == 4) {
      throw new UserErrorException("orchestrator", answer.problem(), "see: experiment list");
    }
    throw new IOException(
        answer.status() == NOT_READY
            ? "the orchestrator is not ready: " + answer.problem()
            : answer.problem());
  }

  private static Experiment read(JsonNode node) {
    List<Run> runs = new ArrayList<>();
    node.path("runs")
        .forEach(
            run ->
                runs.add(
                    new Run(
                        run.path("name").asText(),
                        RunKind.valueOf(run.path("kind").asText()),
                        Json.MAPPER.convertValue(run.path("subject"), Subject.class),
                        run.path("status").asText())));
    return new Experiment(
        node.path("id").asText(),
        node.path("status").asText(),
        node.path("stage").asText(""),
        node.path("reason").asText(""),
        node.path("runsDone").asInt(),
        node.path("runsTotal").asInt(),
        List.copyOf(runs));
  }
}
