package org.mococxr.trainer.messaging;

import java.net.URI;
import java.util.Map;
import org.mococxr.messaging.tracing.Tracing;
import org.mococxr.specs.RunSpec;

/** Records a span for the run and one for each of its stages, one after the other. */
final class TracedRunReporter implements RunReporter {
  private final Tracing tracing;
  private final Tracing.Traced run;
  private String stage;
  private Tracing.Traced span;

  /**
   * @param parent what the run belongs to, or null
   */
  TracedRunReporter(Tracing tracing, RunSpec spec, int attempt, String parent) {
    this.tracing = tracing;
    this.run =
        tracing
            .start("run " + spec.kind().word(), parent)
            .with("mococxr.experiment", spec.experiment())
            .with("mococxr.run", spec.run())
            .with("mococxr.attempt", Integer.toString(attempt));
  }

  @Override
  public void started() {}

  @Override
  public synchronized void update(String now, long done, long total, Map<String, Double> figures) {
    if (!now.equals(stage)) {
      endStage();
      stage = now;
      span = tracing.start(now, run.traceparent());
    }
  }

  @Override
  public void checkpointed(long step, URI checkpoint) {}

  @Override
  public void completed(URI output, Map<String, Double> figures) {}

  @Override
  public synchronized void failed(int exitCode, String reason) {
    if (span != null) {
      span.failed(reason);
    }
    run.with("mococxr.exit-code", Integer.toString(exitCode)).failed(reason);
  }

  @Override
  public synchronized void close() {
    endStage();
    run.close();
    tracing.close();
  }

  private void endStage() {
    if (span != null) {
      span.close();
      span = null;
    }
  }
}
