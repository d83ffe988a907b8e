package org.mococxr.learning.explain;

import java.nio.file.Path;
import java.util.List;
import org.mococxr.specs.run.ExplainRun;

/**
 * Whose predictions are explained.
 *
 * @param runs folders of fine-tuning runs; what several see is joined
 * @param root folder that the manifest's paths are relative to
 * @param test manifest of the pictures
 * @param told method, layer and number of pictures
 */
public record ExplainOptions(List<Path> runs, Path root, Path test, ExplainRun told) {}
