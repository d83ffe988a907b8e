package org.mococxr.trainer.messaging;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.events.Topics;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.messaging.tracing.Tracing;
import org.mococxr.specs.RunSpec;

/**
 * Chooses who hears of a run: always the console, and Kafka and a collector of traces where the
 * environment names them.
 */
public final class RunReporters implements AutoCloseable {
  private final Optional<RunEvents> events;

  private RunReporters(Optional<RunEvents> events) {
    this.events = events;
  }

  /** For the runs of this process, as its environment says. */
  public static RunReporters fromEnvironment() {
    String bootstrap = System.getenv(KafkaSettings.BOOTSTRAP_SERVERS);
    return new RunReporters(
        bootstrap == null || bootstrap.isBlank()
            ? Optional.empty()
            : Optional.of(
                new RunEvents(KafkaSettings.at(bootstrap), Topics.fromEnvironment(), patience())));
  }

  /** So long the end of this process may wait for Kafka. */
  public static Duration patience() {
    return RunEvents.patience(System.getenv());
  }

  /** Waits until Kafka has heard of the runs, for a bounded time. */
  @Override
  public void close() {
    events.ifPresent(RunEvents::close);
  }

  /** The reporter of one attempt at a run; close it when the run has ended. */
  public RunReporter forRun(RunSpec spec, int attempt) {
    List<RunReporter> reporters = new ArrayList<>();
    reporters.add(new ConsoleRunReporter(spec.run()));
    events.ifPresent(kafka -> reporters.add(new KafkaRunReporter(kafka, spec, attempt)));
    Tracing tracing = Tracing.fromEnvironment("mococxr-trainer");
    if (tracing.on()) {
      String parent = System.getenv(Tracing.VARIABLE);
      reporters.add(new TracedRunReporter(tracing, spec, attempt, parent));
    }
    return reporters.size() == 1 ? reporters.getFirst() : new All(reporters);
  }

  private record All(List<RunReporter> reporters) implements RunReporter {
    @Override
    public void started() {
      reporters.forEach(RunReporter::started);
    }

    @Override
    public void update(String stage, long done, long total, Map<String, Double> figures) {
      reporters.forEach(r -> r.update(stage, done, total, figures));
    }

    @Override
    public void checkpointed(long step, URI checkpoint) {
      reporters.forEach(r -> r.checkpointed(step, checkpoint));
    }

    @Override
    public void completed(URI output, Map<String, Double> figures) {
      reporters.forEach(r -> r.completed(output, figures));
    }

    @Override
    public void failed(int exitCode, String reason) {
      reporters.forEach(r -> r.failed(exitCode, reason));
    }

    @Override
    public void close() {
      reporters.forEach(RunReporter::close);
    }
  }
}
