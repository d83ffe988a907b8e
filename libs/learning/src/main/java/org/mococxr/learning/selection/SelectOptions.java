package org.mococxr.learning.selection;

import java.nio.file.Path;
import org.mococxr.foundation.UserErrorException;

/**
 * Whose checkpoints are ranked on what.
 *
 * @param run folder of a fine-tuning run with its kept checkpoints
 * @param root folder that the manifest's paths are relative to
 * @param valid manifest to rank on
 * @param cache folder of the pixel cache; the output folder by default
 * @param perTask checkpoints a task, at most 30
 * @param aggregation {@code mean} or {@code max}
 * @param threads of the engine; 0 for its own choice
 */
public record SelectOptions(
    Path run,
    Path root,
    Path valid,
    Path cache,
    Integer perTask,
    String aggregation,
    Integer threads) {

  public SelectOptions {
    if (run == null || root == null || valid == null) {
      throw new UserErrorException(
          "select", "the run, the root or the manifest is missing", "all three");
    }
    perTask = perTask == null ? 10 : perTask;
    aggregation = aggregation == null ? "mean" : aggregation;
    threads = threads == null ? 0 : threads;
    if (!aggregation.equals("mean") && !aggregation.equals("max")) {
      throw new UserErrorException("aggregation", "it is " + aggregation, "mean or max");
    }
  }
}
