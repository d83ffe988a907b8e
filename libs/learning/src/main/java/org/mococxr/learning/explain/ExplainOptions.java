package org.mococxr.learning.explain;

import java.nio.file.Path;
import org.mococxr.foundation.UserErrorException;

/**
 * Whose predictions are explained.
 *
 * @param run folder of a fine-tuning run
 * @param root folder that the manifest's paths are relative to
 * @param test manifest of the pictures
 * @param layer a node's id; by default the last feature map
 * @param count pictures per task at most, of those whose label is positive; 20
 */
public record ExplainOptions(Path run, Path root, Path test, String layer, Integer count) {

  public ExplainOptions {
    if (run == null || root == null || test == null) {
      throw new UserErrorException(
          "explain", "the run, the root or the manifest is missing", "all three");
    }
    count = count == null ? 20 : count;
  }
}
