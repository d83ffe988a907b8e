package org.mococxr.orchestrator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.Json;
import org.mococxr.orchestrator.experiment.Cause;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.RunStatus;
import org.mococxr.specs.RunKind;

/** The status of a resource, from the state of its experiment. A pure function. */
final class ResourceStatus {
  private static final int MOST_RESTARTS = 50;
  private static final int LONGEST = 1000;

  private static final String UNREADABLE = "Unreadable";

  private final ObjectNode status = Json.MAPPER.createObjectNode();
  private final ArrayNode conditions = Json.MAPPER.createArrayNode();
  private final long generation;

  private ResourceStatus(long generation) {
    this.generation = generation;
    status.put("observedGeneration", generation);
  }

  /** Of a resource that is no experiment, or may not be one at the moment. */
  static ObjectNode refused(long generation, String reason, String message) {
    ResourceStatus made = new ResourceStatus(generation);
    made.status.put("phase", "Invalid");
    made.status.put("reason", shortened(message));
    made.condition("Accepted", false, reason, message);
    return made.done();
  }

  /**
   * Of one whose experiment cannot be read. It speaks of the resource as it is only if that was
   * accepted, which {@link #tookIn} tells afterwards.
   */
  static ObjectNode unreadable(ObjectNode before, long generation, String message) {
    return refused(tookIn(before, generation) ? generation : 0, UNREADABLE, message);
  }

  /**
   * Whether a status says that its resource was accepted as it stands, also if the experiment could
   * not be read since.
   *
   * @param generation of the resource
   */
  static boolean tookIn(ObjectNode status, long generation) {
    return status.path("observedGeneration").asLong() == generation
        && acceptance(status)
            .filter(is -> isTrue(is) || is.path("reason").asText().equals(UNREADABLE))
            .isPresent();
  }

  /** Whether a status is that of a request whose experiment has not been seen yet. */
  static boolean isNew(ObjectNode status) {
    return acceptance(status).map(is -> isTrue(is) && !status.has("runsTotal")).orElse(true);
  }

  private static boolean isTrue(JsonNode condition) {
    return condition.path("status").asText().equals("True");
  }

  /** The condition of that name; empty if there is none. */
  private static Optional<JsonNode> acceptance(ObjectNode status) {
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals("Accepted")) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  /** Of a resource that has just been taken. */
  static ObjectNode accepted(long generation) {
    ResourceStatus made = new ResourceStatus(generation);
    made.status.put("phase", "Splitting");
    made.condition("Accepted", true, "Accepted", "the experiment is requested");
    return made.done();
  }

  /** Of an experiment that the orchestrator has. */
  static ObjectNode of(long generation, ExperimentState state, Instant now) {
    ResourceStatus made = new ResourceStatus(generation);
    made.figures(state, now);
    made.restarts(state);
    made.conditions(state);
    return made.done();
  }

  private void figures(ExperimentState state, Instant now) {
    int total = state.runs().size();
    status.put("phase", phase(state));
    status.put("runsDone", state.runsDone());
    status.put("runsTotal", total);
    if (total > 0) {
      status.put("runs", state.runsDone() + "/" + total);
      status.put("progress", Math.round(100 * state.share()));
    }
    Optional<Duration> left = state.timeLeft(now);
    left.ifPresent(time -> status.put("timeLeft", words(time)));
    if (state.reason() != null) {
      status.put("reason", shortened(state.reason()));
    }
    state.inFlight().stream()
        .map(RunState::kind)
        .findFirst()
        .ifPresent(kind -> status.put("stage", kind.label()));
    best(state);
  }

  private void best(ExperimentState state) {
    Optional<RunState> best =
        state.runs().values().stream()
            .filter(run -> run.kind() == RunKind.FINETUNE && run.status() == RunStatus.DONE)
            .filter(run -> Double.isFinite(auroc(run)))
            .max(Comparator.comparingDouble(ResourceStatus::auroc));
    best.ifPresent(
        run -> {
          status.put("bestAuroc", number(auroc(run)));
          status.put("bestRun", run.name());
        });
    state.runs().values().stream()
        .filter(run -> run.kind() == RunKind.INTERVALS && run.status() == RunStatus.DONE)
        .map(RunState::figures)
        .filter(figures -> figures.containsKey("best_auroc"))
        .findFirst()
        .ifPresent(
            figures ->
                status.put(
                    "bestAuroc",
                    "%s (%s-%s)"
                        .formatted(
                            number(figures.get("best_auroc")),
                            number(figures.get("best_auroc_low")),
                            number(figures.get("best_auroc_high")))));
  }

  private static double auroc(RunState run) {
    return run.figures().getOrDefault("test_auroc", Double.NaN);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private void restarts(ExperimentState state) {
    ArrayNode restarts = Json.MAPPER.createArrayNode();
    state.runs().values().stream()
        .filter(run -> !run.spent().isEmpty())
        .limit(MOST_RESTARTS)
        .forEach(
            run -> {
              ObjectNode restart = restarts.addObject();
              restart.put("run", run.name()).put("attempt", run.attempt());
              String why =
                  run.history().stream()
                      .filter(c -> c.what().equals(RunStatus.WAITING.name()) && c.reason() != null)
                      .reduce((first, second) -> second)
                      .map(c -> c.reason())
                      .orElse(run.reason());
              if (why != null) {
                restart.put("reason", shortened(why));
              }
              ObjectNode spent = restart.putObject("spent");
              for (Map.Entry<Cause, Integer> cause : run.spent().entrySet()) {
                spent.put(cause.getKey().name().toLowerCase(Locale.ROOT), cause.getValue());
              }
            });
    if (!restarts.isEmpty()) {
      status.set("restarts", restarts);
    }
  }

  private void conditions(ExperimentState state) {
    ExperimentStatus how = state.status();
    boolean split = !state.runs().isEmpty();
    condition("Accepted", true, "Accepted", "the experiment is requested");
    if (split) {
      condition("Split", true, "SplitCompleted", state.runs().size() + " runs are planned");
    } else {
      String stage = state.split().stage();
      condition("Split", false, how.ended() ? "SplitFailed" : "Splitting", stage);
    }
    long flying = state.inFlight().size();
    String runs = "%d of %d runs are done".formatted(state.runsDone(), state.runs().size());
    boolean running = how == ExperimentStatus.RUNNING && !state.paused();
    condition(
        "Running",
        running,
        running
            ? "RunsInFlight"
            : state.paused() ? "Suspended" : how.ended() ? "Ended" : "Splitting",
        running ? flying + " runs are in flight; " + runs : runs);
    condition(
        "Complete",
        how == ExperimentStatus.COMPLETED,
        how == ExperimentStatus.COMPLETED ? "RunsCompleted" : how.ended() ? "Ended" : "UnderWay",
        runs);
    boolean failed = how == ExperimentStatus.FAILED || how == ExperimentStatus.CANCELLED;
    condition(
        "Failed",
        failed,
        how == ExperimentStatus.CANCELLED
            ? "Cancelled"
            : !failed ? "NoFailure" : split ? "RunFailed" : "SplitFailed",
        state.reason() == null ? "" : state.reason());
    condition(
        "Suspended",
        state.paused(),
        state.paused() ? "Suspended" : "NotSuspended",
        state.paused() ? "no run is begun until it is resumed" : "");
  }

  private static String phase(ExperimentState state) {
    if (state.paused() && !state.status().ended()) {
      return "Suspended";
    }
    String name = state.status().name();
    return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
  }

  private void condition(String type, boolean holds, String reason, String message) {
    ObjectNode condition = conditions.addObject();
    condition.put("type", type).put("status", holds ? "True" : "False");
    condition.put("reason", reason).put("message", shortened(message));
    condition.put("observedGeneration", generation);
  }

  private ObjectNode done() {
    status.set("conditions", conditions);
    return status;
  }

  /** With the times at which conditions changed: as they were where the status is the same. */
  static ObjectNode timed(ObjectNode status, ObjectNode before, Instant now) {
    status
        .path("conditions")
        .forEach(
            condition -> {
              String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
              for (var old : before.path("conditions")) {
                if (old.path("type").equals(condition.path("type"))
                    && old.path("status").equals(condition.path("status"))) {
                  time = old.path("lastTransitionTime").asText(time);
                }
              }
              ((ObjectNode) condition).put("lastTransitionTime", time);
            });
    return status;
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " ...";
  }

  private static String words(Duration time) {
    long minutes = (time.toSeconds() + 59) / 60;
    return minutes < 60
        ? minutes + "m"
        : minutes < 24 * 60
            ? "%dh%02dm".formatted(minutes / 60, minutes % 60)
            : "%dd%dh".formatted(minutes / 1440, minutes % 1440 / 60);
  }
}
