package org.mococxr.trainer.messaging;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.RunCheckpointed;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunProgress;
import org.mococxr.events.RunStarted;
import org.mococxr.events.Topics;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaProblems;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.specs.RunSpec;

/**
 * Tells the orchestrator, through the topic of runs. Progress is thinned to one event a second and
 * stage, and left out while what was said before is still on its way; all else is sent with every
 * replica's acknowledgement. The run never waits for Kafka but at its end, for a bounded time:
 * should Kafka be away for good, the exit code and DONE.json still tell the launcher how it ended.
 */
public final class KafkaRunReporter implements RunReporter {
  private static final Logger LOG = Logger.getLogger(KafkaRunReporter.class);
  private static final long PROGRESS_NANOS = 1_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RunSpec spec;
  private final int attempt;
  private final EventPublisher publisher;
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("run-events").factory());
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicReference<String> problem = new AtomicReference<>();
  private long lastProgress;
  private String lastStage = "";

  public KafkaRunReporter(KafkaSettings kafka, Topics topics, RunSpec spec, int attempt) {
    this.spec = spec;
    this.attempt = attempt;
    this.publisher = new EventPublisher(kafka, topics, "/mococxr/trainer", PATIENCE);
  }

  @Override
  public void started() {
    send(
        new RunStarted(
            spec.experiment(), spec.run(), attempt, hostName(), ProcessHandle.current().pid()));
  }

  @Override
  public synchronized void update(
      String stage, long done, long total, Map<String, Double> figures) {
    long now = System.nanoTime();
    boolean finished = total > 0 && done >= total;
    boolean soon = stage.equals(lastStage) && now - lastProgress < PROGRESS_NANOS;
    if (!finished && (soon || waiting.get() > 0)) {
      return;
    }
    lastStage = stage;
    lastProgress = now;
    send(new RunProgress(spec.experiment(), spec.run(), attempt, stage, done, total, figures));
  }

  @Override
  public void checkpointed(long step, URI checkpoint) {
    send(new RunCheckpointed(spec.experiment(), spec.run(), attempt, step, checkpoint));
  }

  @Override
  public void completed(URI output, Map<String, Double> figures) {
    send(new RunCompleted(spec.experiment(), spec.run(), attempt, output, figures));
  }

  @Override
  public void failed(int exitCode, String reason) {
    send(new RunFailed(spec.experiment(), spec.run(), attempt, exitCode, reason));
  }

  /** Waits until what was sent has arrived, for a bounded time. */
  @Override
  public void close() {
    sender.shutdown();
    try {
      if (!sender.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        sender.shutdownNow();
      }
    } catch (InterruptedException e) {
      sender.shutdownNow();
      Thread.currentThread().interrupt();
    }
    publisher.close();
  }

  /** In the order of the calls, by a thread that may wait for a broker that it never met. */
  private void send(Event event) {
    waiting.incrementAndGet();
    sender.execute(
        () -> {
          try {
            publisher.publish(event).whenComplete((sent, error) -> heard(event, error));
          } finally {
            waiting.decrementAndGet();
          }
        });
  }

  /** An outage is told when it begins and when it is over. */
  private void heard(Event event, Throwable error) {
    String now = error == null ? null : KafkaProblems.of(error);
    String before = problem.getAndSet(now);
    if (now != null && !now.equals(before)) {
      LOG.warnf("could not send %s: %s", EventCodec.type(event), now);
    } else if (now == null && before != null) {
      LOG.info("Kafka takes events again");
    }
  }

  private static String hostName() {
    try {
      return java.net.InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException e) {
      return "unknown";
    }
  }
}
