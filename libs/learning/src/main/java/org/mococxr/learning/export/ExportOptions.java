package org.mococxr.learning.export;

import java.nio.file.Path;
import org.mococxr.foundation.UserErrorException;

/**
 * What is exported, and what the export is checked on.
 *
 * @param run folder of a fine-tuning run
 * @param model name under which it is served
 * @param version by default made of the weights' digest
 * @param root folder that the manifest's paths are relative to
 * @param test manifest of pictures to check on
 * @param checks how many pictures are run through both engines; 8
 */
public record ExportOptions(
    Path run, String model, String version, Path root, Path test, Integer checks) {

  public ExportOptions {
    if (run == null || root == null || test == null) {
      throw new UserErrorException(
          "export", "the run, the root or the test manifest is missing", "all three");
    }
    model = model == null ? "model" : model;
    checks = checks == null ? 8 : checks;
  }
}
