package org.mococxr.learning.export;

import java.nio.file.Path;
import java.util.Optional;
import org.mococxr.specs.run.ExportRun;

/**
 * What is exported, and what the export is checked on.
 *
 * @param run folder of a fine-tuning run
 * @param root folder that the manifest's paths are relative to
 * @param test manifest of pictures to check on
 * @param valid manifest of the validation set; without it the bundle cannot tell outliers
 * @param told name, version and number of checks
 */
public record ExportOptions(Path run, Path root, Path test, Optional<Path> valid, ExportRun told) {}
