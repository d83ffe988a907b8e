package org.mococxr.trainer.messaging;

import java.net.URI;
import java.util.Map;
import org.mococxr.events.RunCheckpointed;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunProgress;
import org.mococxr.events.RunStarted;
import org.mococxr.specs.RunSpec;

/**
 * Tells the orchestrator, through the topic of runs. Progress is thinned to one event a second and
 * stage, and left out while what was said before is still on its way. The run never waits for
 * Kafka.
 */
public final class KafkaRunReporter implements RunReporter {
  private static final long PROGRESS_NANOS = 1_000_000_000L;

  private final RunSpec spec;
  private final int attempt;
  private final RunEvents events;
  private long lastProgress;
  private String lastStage = "";

  /**
   * One attempt at a run.
   *
   * @param events outlives the reporter
   */
  KafkaRunReporter(RunEvents events, RunSpec spec, int attempt) {
    this.events = events;
    this.spec = spec;
    this.attempt = attempt;
  }

  @Override
  public void started() {
    events.send(
        new RunStarted(
            spec.experiment(), spec.run(), attempt, hostName(), ProcessHandle.current().pid()));
  }

  @Override
  public synchronized void update(
      String stage, long done, long total, Map<String, Double> figures) {
    long now = System.nanoTime();
    boolean finished = total > 0 && done >= total;
    boolean soon = stage.equals(lastStage) && now - lastProgress < PROGRESS_NANOS;
    if (!finished && (soon || !events.idle())) {
      return;
    }
    lastStage = stage;
    lastProgress = now;
    events.send(
        new RunProgress(spec.experiment(), spec.run(), attempt, stage, done, total, figures));
  }

  @Override
  public void checkpointed(long step, URI checkpoint) {
    events.send(new RunCheckpointed(spec.experiment(), spec.run(), attempt, step, checkpoint));
  }

  @Override
  public void completed(URI output, Map<String, Double> figures) {
    events.send(new RunCompleted(spec.experiment(), spec.run(), attempt, output, figures));
  }

  @Override
  public void failed(int exitCode, String reason) {
    events.send(new RunFailed(spec.experiment(), spec.run(), attempt, exitCode, reason));
  }

  private static String hostName() {
    try {
      return java.net.InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException e) {
      return "unknown";
    }
  }
}
