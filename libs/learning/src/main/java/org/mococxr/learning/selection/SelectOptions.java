package org.mococxr.learning.selection;

import java.nio.file.Path;
import org.mococxr.specs.run.SelectRun;

/**
 * Whose checkpoints are ranked on what.
 *
 * @param run folder of a fine-tuning run with its kept checkpoints
 * @param root folder that the manifest's paths are relative to
 * @param valid manifest to rank on
 * @param cache folder of the pixel cache; null for the output folder
 * @param told how they are ranked
 */
public record SelectOptions(Path run, Path root, Path valid, Path cache, SelectRun told) {}
