package org.mococxr.trainer.messaging;

import java.net.URI;
import java.util.Map;
import org.mococxr.foundation.Progress;

/** Is told what becomes of a run. Implementations never throw: a run outlives its audience. */
public interface RunReporter extends Progress, AutoCloseable {

  /** The work begins. */
  void started();

  /** A checkpoint is on disk. */
  void checkpointed(long step, URI checkpoint);

  /** The run's folder is complete. */
  void completed(URI output, Map<String, Double> figures);

  /** The run ends without a result. */
  void failed(int exitCode, String reason);

  @Override
  default void close() {}
}
