package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.Initialisation;
import org.mococxr.specs.training.Mode;

/** Which run's model is exported and served, and under which name. */
public record ServeOptions(
    @Option(
            value = "name under which the model is served",
            role = IDENTIFIES,
            otherwise = "the experiment's id")
        String model,
    @Option(
            value = "version of the model",
            role = IDENTIFIES,
            otherwise = "made of what it was made of")
        String version,
    @Option(
            value = "pictures that are run through both engines to check the export",
            role = IDENTIFIES,
            byDefault = "8",
            min = 1)
        int checks,
    @Option(
            value = "in what numbers the network is computed",
            role = IDENTIFIES,
            otherwise = "float32")
        ServedPrecision precision,
    @Option(
            value =
                "loss of a task's AUROC, on validation or test, above which float16 and int8 are refused",
            role = IDENTIFIES,
            otherwise = "0.01",
            min = 0,
            max = 1)
        Double aurocLoss,
    @Option(
            value = "architecture of the run whose model is served",
            role = IDENTIFIES,
            otherwise = "the first that fits")
        Architecture architecture,
    @Option(
            value = "initialisation of the run whose model is served",
            role = IDENTIFIES,
            otherwise = "the first that fits")
        Initialisation initialisation,
    @Option(
            value = "mode of the run whose model is served",
            role = IDENTIFIES,
            otherwise = "the first that fits")
        Mode mode,
    @Option(
            value = "fraction of the labels of the run whose model is served",
            role = IDENTIFIES,
            otherwise = "the largest",
            above = 0,
            max = 1)
        Double fraction,
    @Option(
            value = "draw of the run whose model is served",
            role = IDENTIFIES,
            otherwise = "the first",
            min = 0)
        Integer draw)
    implements OptionRecord {}
