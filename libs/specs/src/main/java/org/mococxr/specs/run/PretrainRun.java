package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.MACHINE;
import static org.mococxr.specs.option.Role.PLACE;

import java.nio.file.Path;
import java.util.List;
import org.mococxr.specs.option.Inline;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.PretrainingOptions;

/** What a pretraining run is told. */
public record PretrainRun(
    @Option(
            value = "the encoder, by torchvision's name",
            role = IDENTIFIES,
            byDefault = "resnet18",
            label = "NAME",
            group = "The encoder and its pictures")
        Architecture architecture,
    @Option(
            value = "the experiment's findings; for the probe",
            role = MACHINE,
            byDefault = "[]",
            label = "NAME")
        List<String> tasks,
    @Option(
            value = "folder of decoded pixels and of features, which runs may share",
            role = PLACE,
            otherwise =
                "what MOCOCXR_CACHE names, else cache beside the experiments or in the run's folder",
            label = "FOLDER",
            group = "The machine and the run's folder")
        Path cache,
    @Inline PretrainingOptions pretraining)
    implements OptionRecord {}
