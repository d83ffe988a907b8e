package org.mococxr.learning.explain;

import java.nio.file.Path;
import org.mococxr.specs.run.ExplainRun;

/**
 * Whose predictions are explained.
 *
 * @param run folder of a fine-tuning run
 * @param root folder that the manifest's paths are relative to
 * @param test manifest of the pictures
 * @param told layer and number of pictures
 */
public record ExplainOptions(Path run, Path root, Path test, ExplainRun told) {}
