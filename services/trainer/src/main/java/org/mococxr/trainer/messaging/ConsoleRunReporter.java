package org.mococxr.trainer.messaging;

import java.net.URI;
import java.util.Map;
import org.mococxr.trainer.console.ConsoleProgress;

/** Tells a person, or the log of a pod. */
public final class ConsoleRunReporter implements RunReporter {
  private final String run;
  private final ConsoleProgress progress = ConsoleProgress.onStandardError();

  public ConsoleRunReporter(String run) {
    this.run = run;
  }

  @Override
  public void started() {
    System.err.println(run + ": started");
  }

  @Override
  public void update(String stage, long done, long total, Map<String, Double> figures) {
    progress.update(stage, done, total, figures);
  }

  @Override
  public void checkpointed(long step, URI checkpoint) {
    System.err.println(run + ": checkpoint at step " + step);
  }

  @Override
  public void completed(URI output, Map<String, Double> figures) {
    System.err.println(run + ": done " + figures);
  }

  @Override
  public void failed(int exitCode, String reason) {
    System.err.println(failed(run, exitCode, reason));
  }

  static String failed(String run, int exitCode, String reason) {
    return run + ": failed (exit code " + exitCode + "): " + reason;
  }
}
