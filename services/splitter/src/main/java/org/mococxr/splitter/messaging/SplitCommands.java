package org.mococxr.splitter.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.mococxr.events.EventCodec;
import org.mococxr.events.EventFormatException;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.SplitProgress;
import org.mococxr.events.SplitRequested;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.messaging.tracing.TraceHeaders;
import org.mococxr.messaging.tracing.Tracing;
import org.mococxr.specs.data.SplitRecipe;
import org.mococxr.splitter.config.SplitterConfig;
import org.mococxr.splitter.split.SplitWork;

/**
 * Reads the topic of splits and does what is requested, one split after the other. A request that
 * is delivered twice is answered twice and worked on once. A record that is no event goes to the
 * dead letters.
 */
@ApplicationScoped
public class SplitCommands {
  private static final Logger LOG = Logger.getLogger(SplitCommands.class);

  private final EventCodec codec = new EventCodec("/mococxr/splitter");
  private final SplitWork work;
  private final SplitAnswers answers;
  private final Duration progressInterval;
  private final Tracing tracing;
  private final MeterRegistry meters;

  public SplitCommands(
      SplitWork work,
      SplitAnswers answers,
      SplitterConfig config,
      Tracing tracing,
      MeterRegistry meters) {
    this.work = work;
    this.answers = answers;
    this.progressInterval = config.progressInterval();
    this.tracing = tracing;
    this.meters = meters;
  }

  /** Takes a record; the splitter's own answers on the same topic are none of its business. */
  @Incoming("split-commands")
  @Blocking
  public void take(ConsumerRecord<String, String> record) {
    try {
      EventCodec.Received received = codec.receive(record.value());
      if (received.event() instanceof SplitRequested request) {
        MDC.put("experiment", request.experiment());
        try (Tracing.Traced span = tracing.start("split", TraceHeaders.read(record.headers()))) {
          split(
              request, received.accepted(), span.with("mococxr.experiment", request.experiment()));
        } finally {
          MDC.remove("experiment");
        }
      }
    } catch (EventFormatException | SplitFault e) {
      answers.bury(record, e);
    }
  }

  /** The splitter could not do what was asked, and the user cannot help it. */
  private static final class SplitFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SplitFault(String message, Exception cause) {
      super(message, cause);
    }
  }

  /**
   * @param accepted whether the recipe came with an experiment; else nobody has checked it before
   */
  private void split(SplitRequested request, boolean accepted, Tracing.Traced span) {
    String experiment = request.experiment();
    long start = System.nanoTime();
    try {
      SplitRecipe recipe =
          accepted ? SplitRecipe.accepted(request.recipe()) : SplitRecipe.of(request.recipe());
      SplitWork.Announced split = work.run(recipe, request.output(), progressOf(request));
      answers.send(
          new SplitCompleted(
              experiment,
              request.eventId(),
              split.split(),
              split.manifests(),
              split.counts(),
              split.draws()),
          span.traceparent());
      timed("done", start);
      LOG.infof(
          "experiment %s: %s %d manifests in %.1f s",
          experiment,
          split.reused() ? "found" : "wrote",
          split.manifests().size(),
          (System.nanoTime() - start) / 1e9);
    } catch (UserErrorException e) {
      LOG.infof("experiment %s cannot be split: %s", experiment, e.getMessage());
      span.failed(e.getMessage());
      answers.send(
          new SplitFailed(experiment, request.eventId(), false, e.getMessage()),
          span.traceparent());
      timed("user-error", start);
    } catch (IOException | RuntimeException e) {
      // The experiment must hear of it, and the request is kept with the dead letters.
      span.failed(e.toString());
      answers.send(
          new SplitFailed(experiment, request.eventId(), true, "fault in the splitter: " + e),
          span.traceparent());
      timed("fault", start);
      throw new SplitFault("experiment " + experiment + " was not split: " + e, e);
    }
  }

  private void timed(String result, long start) {
    Timer.builder("mococxr.splitter.splits")
        .description("From the beginning of a split until it was answered")
        .tag("result", result)
        .register(meters)
        .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
  }

  private Progress progressOf(SplitRequested request) {
    AtomicLong last = new AtomicLong(System.nanoTime());
    return (String stage, long done, long total, Map<String, Double> figures) -> {
      long now = System.nanoTime();
      long before = last.get();
      if (now - before >= progressInterval.toNanos() && last.compareAndSet(before, now)) {
        answers.tell(
            new SplitProgress(request.experiment(), request.eventId(), stage, done, total));
      }
    };
  }
}
