package org.mococxr.specs.training;

import static org.mococxr.specs.option.Role.MACHINE;
import static org.mococxr.specs.option.Role.PLACE;

import java.nio.file.Path;
import java.util.List;
import org.mococxr.specs.option.Group;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** A small labelled set, on which the encoder is probed before the first and after each epoch. */
public record ProbeOptions(
    @Group(GROUP)
        @Option(
            value = "manifest of the labelled images to learn from",
            role = PLACE,
            otherwise = "the split's train.csv",
            flags = "--probe-train",
            label = "FILE")
        Path train,
    @Option(
            value = "manifest of the images to score",
            role = PLACE,
            otherwise = "the split's valid.csv",
            flags = "--probe-test",
            label = "FILE")
        Path test,
    @Option(
            value = "what both manifests' paths are relative to",
            role = PLACE,
            otherwise = "the run's root",
            flags = "--probe-root",
            label = "FOLDER")
        Path root,
    @Option(
            value = "findings to score",
            role = MACHINE,
            byDefault = "[]",
            otherwise = "all",
            flags = "--probe-tasks")
        List<String> tasks,
    @Option(
            value = "neighbours of kNN",
            role = MACHINE,
            byDefault = "20",
            min = 1,
            flags = "--probe-neighbours",
            label = "K")
        int neighbours)
    implements OptionRecord {
  static final String GROUP = "How the encoder is watched";
}
