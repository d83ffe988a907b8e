package org.mococxr.learning.export;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mococxr.specs.run.ExportRun;

/**
 * What is exported, and what the export is checked on.
 *
 * @param runs folders of fine-tuning runs; several are joined
 * @param root folder that the manifests' paths are relative to
 * @param test manifest of pictures to check on
 * @param valid manifest of the validation set; without it the bundle cannot tell outliers
 * @param cache folder of the pixel cache
 * @param told name, version and number of checks
 */
public record ExportOptions(
    List<Path> runs, Path root, Path test, Optional<Path> valid, Path cache, ExportRun told) {}
