package org.mococxr.trainer.run;

import java.net.URI;
import java.util.Map;
import org.mococxr.trainer.messaging.RunReporter;

/** Says nothing; tests override what they listen for. */
class SilentReporter implements RunReporter {
  @Override
  public void started() {}

  @Override
  public void update(String stage, long done, long total, Map<String, Double> figures) {}

  @Override
  public void checkpointed(long step, URI checkpoint) {}

  @Override
  public void completed(URI output, Map<String, Double> figures) {}

  @Override
  public void failed(int exitCode, String reason) {}
}
