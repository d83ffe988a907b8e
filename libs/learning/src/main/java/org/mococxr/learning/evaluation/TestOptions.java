package org.mococxr.learning.evaluation;

import java.nio.file.Path;
import org.mococxr.foundation.UserErrorException;

/**
 * Which model is tested on what.
 *
 * @param run folder of a fine-tuning run
 * @param ensemble an ensemble file whose checkpoints are joined; by default the run's own, where it
 *     names more than one checkpoint
 * @param root folder that the manifest's paths are relative to
 * @param test manifest
 * @param cache folder of the pixel cache; the output folder by default
 * @param labelPolicy for the truth; by default uncertain labels are masked, whatever was done in
 *     training
 * @param threads of the engine; 0 for its own choice
 */
public record TestOptions(
    Path run,
    Path ensemble,
    Path root,
    Path test,
    Path cache,
    Object labelPolicy,
    Integer threads) {

  public TestOptions {
    if (run == null || root == null || test == null) {
      throw new UserErrorException(
          "test", "the run, the root or the manifest is missing", "all three");
    }
    threads = threads == null ? 0 : threads;
  }
}
