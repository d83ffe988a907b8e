package org.mococxr.orchestrator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mococxr.orchestrator.experiment.Cause;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.RunStatus;
import org.mococxr.orchestrator.experiment.Runs;
import org.mococxr.orchestrator.experiment.UnreadableExperiment;
import org.mococxr.orchestrator.launch.Launcher;
import org.mococxr.orchestrator.streams.Transitions;

/**
 * What is counted of experiments and runs, each replica its own: gauges as they are now, times and
 * attempts as the replica sees them pass. Times are as the events say; a step that is taken again
 * after a crash may be counted twice.
 */
public final class RunMetrics implements Transitions {
  private static final String PREFIX = "mococxr.orchestrator.";
  private static final String ATTEMPTS = PREFIX + "attempts";

  /** From a linear probe's second to a week of pretraining. */
  private static final Duration[] BUCKETS =
      Stream.of("1S", "5S", "15S", "1M", "5M", "15M", "1H", "4H", "12H", "24H", "72H", "168H")
          .map(time -> Duration.parse("PT" + time))
          .toArray(Duration[]::new);

  private final MeterRegistry registry;

  /** Counts into a registry. */
  public RunMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Shows the states of experiments and runs, how far reading Kafka is behind, and what launchers
   * could not do.
   *
   * @param states this replica's experiments; empty while they are not known
   * @param unreadable those of them whose states cannot be read; empty as well
   * @param lag records that are not read yet
   */
  public void watch(
      Supplier<Optional<List<ExperimentState>>> states,
      Supplier<Optional<List<UnreadableExperiment>>> unreadable,
      Supplier<Double> lag,
      Launcher launcher) {
    for (RunStatus status : RunStatus.values()) {
      Gauge.builder(PREFIX + "runs", () -> states.get().map(all -> runs(all, status)).orElse(null))
          .description("Runs by status")
          .tag("status", word(status))
          .register(registry);
    }
    for (ExperimentStatus status : ExperimentStatus.values()) {
      Gauge.builder(
              PREFIX + "experiments",
              () -> states.get().map(all -> experiments(all, status)).orElse(null))
          .description("Experiments by status")
          .tag("status", word(status))
          .register(registry);
    }
    Gauge.builder(PREFIX + "experiments", () -> unreadable.get().map(List::size).orElse(null))
        .description("Experiments by status")
        .tag("status", "unreadable")
        .register(registry);
    Gauge.builder(PREFIX + "kafka.lag", lag::get)
        .description("Records of the topics of experiments, splits and runs that are not read yet")
        .register(registry);
    FunctionCounter.builder(PREFIX + "launcher.errors", launcher, Launcher::errors)
        .description("Attempts that could not be started or asked for, each to be tried again")
        .register(registry);
  }

  private static long runs(List<ExperimentState> all, RunStatus status) {
    return all.stream()
        .flatMap(state -> state.runs().values().stream())
        .filter(run -> run.status() == status)
        .count();
  }

  private static long experiments(List<ExperimentState> all, ExperimentStatus status) {
    return all.stream().filter(state -> state.status() == status).count();
  }

  @Override
  public void seen(ExperimentState before, ExperimentState after) {
    if (before == null || !before.request().equals(after.request())) {
      return;
    }
    Runs runs = after.runsInOrder();
    runs.changed(
        before.runsInOrder(),
        place -> {
          RunState was = before.runs().get(runs.at(place).name());
          if (was != null) {
            seen(was, runs.at(place));
          }
        });
  }

  private void seen(RunState was, RunState now) {
    if (was.attempt() == now.attempt() && was.started() == null && now.started() != null) {
      time("run.queue", "From the request of an attempt until its trainer begins", now)
          .record(between(now.requested(), now.started()));
    }
    int spent = 0;
    for (Cause cause : Cause.values()) {
      int more = now.spent(cause) - was.spent(cause);
      if (more > 0) {
        attempts(now, word(cause)).increment(more);
        spent += more;
      }
    }
    if (now.status() == RunStatus.DONE && was.status() != RunStatus.DONE) {
      attempts(now, "done").increment();
      if (now.started() != null) {
        time("run.duration", "From the beginning of the attempt that did a run until its end", now)
            .record(between(now.started(), now.ended()));
      }
    } else if (now.status() == RunStatus.FAILED && was.status() != RunStatus.FAILED && spent == 0) {
      attempts(now, "user-error").increment();
    }
  }

  private Counter attempts(RunState run, String cause) {
    return Counter.builder(ATTEMPTS)
        .description("Attempts that have ended, by how")
        .tag("kind", run.kind().word())
        .tag("cause", cause)
        .register(registry);
  }

  private Timer time(String name, String description, RunState run) {
    return Timer.builder(PREFIX + name)
        .description(description)
        .tag("kind", run.kind().word())
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** Clocks of two machines may disagree. */
  private static Duration between(Instant begin, Instant end) {
    Duration time = Duration.between(begin, end);
    return time.isNegative() ? Duration.ZERO : time;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
