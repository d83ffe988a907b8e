package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.MACHINE;

import java.nio.file.Path;
import java.util.List;
import org.mococxr.specs.option.CacheFolder;
import org.mococxr.specs.option.Group;
import org.mococxr.specs.option.Inline;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.PretrainingOptions;

/** What a pretraining run is told. */
public record PretrainRun(
    @Group("The encoder and its pictures")
        @Option(
            value = "the encoder, by torchvision's name",
            role = IDENTIFIES,
            byDefault = "resnet18")
        Architecture architecture,
    @Option(value = "the experiment's findings; for the probe", role = MACHINE, byDefault = "[]")
        List<String> tasks,
    @Group("The machine and the run's folder") @CacheFolder Path cache,
    @Inline PretrainingOptions pretraining)
    implements OptionRecord {}
