package org.mococxr.trainer.messaging;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
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
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.specs.RunSpec;

/**
 * Tells the orchestrator, through the topic of runs. Progress is thinned to one event a second and
 * stage; all else is sent with every replica's acknowledgement. Should Kafka be away for good, the
 * exit code and DONE.json still tell the launcher how the run ended.
 */
public final class KafkaRunReporter implements RunReporter {
  private static final Logger LOG = Logger.getLogger(KafkaRunReporter.class);
  private static final long PROGRESS_NANOS = 1_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RunSpec spec;
  private final int attempt;
  private final EventPublisher publisher;
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
    if (stage.equals(lastStage) && !finished && now - lastProgress < PROGRESS_NANOS) {
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
    publisher.close();
  }

  private void send(Event event) {
    publisher
        .publish(event)
        .whenComplete(
            (sent, error) -> {
              if (error != null) {
                LOG.warnf("could not send %s: %s", EventCodec.type(event), error.getMessage());
              }
            });
  }

  private static String hostName() {
    try {
      return java.net.InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException e) {
      return "unknown";
    }
  }
}
