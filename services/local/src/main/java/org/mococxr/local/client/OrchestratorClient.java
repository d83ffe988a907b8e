package org.mococxr.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    this(base, Optional.empty());
  }

  /**
   * The service at an address.
   *
   * @param token that tells who asks
   */
  public OrchestratorClient(URI base, Optional<String> token) {
    this.rest = new Rest(base, token);
  }

  /**
   * What the orchestrator knows of an experiment.
   *
   * @param id its id
   * @param status SPLITTING, RUNNING, COMPLETED, FAILED, CANCELLED or UNREADABLE
   * @param paused no run of it is to be in flight
   * @param stage what it does now, in a few words
   * @param reason why it failed or cannot be read; empty otherwise
   * @param runsDone runs that are done
   * @param runsTotal runs in all; 0 until the split is there
   * @param runs in the order of the plan; empty until the split is there, and in lists
   */
  public record Experiment(
      String id,
      String status,
      boolean paused,
      String stage,
      String reason,
      int runsDone,
      int runsTotal,
      List<Run> runs) {

    /** Its status in a word, for people: one that was paused and has ended is not paused. */
    public String word() {
      return paused && !ended() ? "paused" : status.toLowerCase(Locale.ROOT);
    }

    /** Nothing more will happen by itself. */
    public boolean ended() {
      return List.of("COMPLETED", "FAILED", "CANCELLED", "UNREADABLE").contains(status);
    }
  }

  /**
   * A run of an experiment.
   *
   * @param name unique in the experiment
   * @param kind what it does
   * @param subject what tells it from others of its kind
   * @param status WAITING, REQUESTED, RUNNING, DONE, FAILED or CANCELLED
   * @param attempt the current one; 0 before the first
   * @param reason why the last attempt failed, or why the current one does not begin; else empty
   * @param queue where it stands if it waits for its turn, in words; else empty
   */
  public record Run(
      String name,
      RunKind kind,
      Subject subject,
      String status,
      int attempt,
      String reason,
      String queue) {}

  /**
   * A step in the life of an experiment or of one of its runs.
   *
   * @param at when
   * @param run the run's name; empty for the experiment
   * @param what what it became
   * @param attempt of the run; 0 for the experiment
   * @param reason why; empty if it goes without saying
   */
  public record Change(Instant at, String run, String what, int attempt, String reason) {}

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

  /** Stops its runs until it is resumed. */
  public void pause(String id) throws IOException, InterruptedException {
    require(rest.post(path(id) + "/pause", new byte[0], "application/json"));
  }

  /** Goes on with a paused experiment. */
  public void resume(String id) throws IOException, InterruptedException {
    require(rest.post(path(id) + "/resume", new byte[0], "application/json"));
  }

  /** Tries the runs again that are not done. */
  public void retry(String id) throws IOException, InterruptedException {
    require(rest.post(path(id) + "/retry", new byte[0], "application/json"));
  }

  /** What became of an experiment and its runs so far. */
  public List<Change> history(String id) throws IOException, InterruptedException {
    List<Change> all = new ArrayList<>();
    require(rest.get(path(id) + "/history"))
        .forEach(
            node ->
                all.add(
                    new Change(
                        Instant.parse(node.path("at").asText()),
                        node.path("run").asText(""),
                        node.path("what").asText(),
                        node.path("attempt").asInt(),
                        node.path("reason").asText(""))));
    return List.copyOf(all);
  }

  /** What a run's trainer wrote to its output. */
  public String log(String id, String run) throws IOException, InterruptedException {
    Rest.Answer answer =
        rest.get(
            path(id) + "/runs/" + URLEncoder.encode(run, StandardCharsets.UTF_8) + "/log",
            "text/plain, application/json");
    return answer.ok() ? answer.text() : require(answer).asText();
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
      throw new UserErrorException(
          "orchestrator", answer.problem(), "see: mococxr experiment list");
    }
    throw new IOException(
        answer.status() == NOT_READY
            ? "the orchestrator is not ready: " + answer.problem()
            : answer.problem());
  }

  private static String queue(JsonNode place) {
    return place.path("place").isInt()
        ? "%d of %d in the queue (%s)"
            .formatted(
                place.path("place").asInt(),
                place.path("waiting").asInt(),
                place.path("queue").asText())
        : "";
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
                        run.path("status").asText(),
                        run.path("attempt").asInt(),
                        run.path("reason").asText(""),
                        queue(run.path("queue")))));
    return new Experiment(
        node.path("id").asText(),
        node.path("status").asText(),
        node.path("paused").asBoolean(),
        node.path("stage").asText(""),
        node.path("reason").asText(""),
        node.path("runsDone").asInt(),
        node.path("runsTotal").asInt(),
        List.copyOf(runs));
  }
}
