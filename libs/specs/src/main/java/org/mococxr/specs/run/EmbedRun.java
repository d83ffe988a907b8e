package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.nio.file.Path;
import java.util.List;
import org.mococxr.specs.option.CacheFolder;
import org.mococxr.specs.option.EngineThreads;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.ImageOptions;

/** What a run is told that computes the features of all labelled images once. */
public record EmbedRun(
    @Option(value = "of a random encoder, or of weights that do not say", role = IDENTIFIES)
        Architecture architecture,
    @Option(value = "name of what the encoder started from, for the record", role = IDENTIFIES)
        String initialisation,
    @Option(
            value = "findings whose labels go with the features",
            role = IDENTIFIES,
            byDefault = "[]",
            otherwise = "all that the first manifest has")
        List<String> tasks,
    @Option(value = "size, geometry and normalisation", role = IDENTIFIES) ImageOptions image,
    @Option(
            value = "output of an ONNX encoder that holds the features",
            role = IDENTIFIES,
            otherwise = "features, or its only output",
            flags = "--onnx-output")
        String features,
    @EngineThreads int threads,
    @CacheFolder Path cache)
    implements OptionRecord {}
