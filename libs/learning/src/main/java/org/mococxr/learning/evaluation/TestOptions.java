package org.mococxr.learning.evaluation;

import java.nio.file.Path;
import java.util.List;
import org.mococxr.specs.run.TestRun;

/**
 * Which models are tested on what.
 *
 * @param runs folders of fine-tuning runs; several are joined
 * @param ensemble an ensemble file whose checkpoints are joined; null for the run's own, where it
 *     names more than one checkpoint
 * @param root folder that the manifest's paths are relative to
 * @param test manifest
 * @param cache folder of the pixel cache; null for the output folder
 * @param told how it is tested
 */
public record TestOptions(
    List<Path> runs, Path ensemble, Path root, Path test, Path cache, TestRun told) {}
