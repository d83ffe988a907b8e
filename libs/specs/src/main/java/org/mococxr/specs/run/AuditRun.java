package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.PLACE;

import java.nio.file.Path;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.ImageOptions;

/** What a run is told that looks for duplicates in a split. */
public record AuditRun(
    @Option(
            value = "bits of the perceptual hash that may differ in near duplicates",
            role = IDENTIFIES,
            byDefault = "2",
            min = 0,
            max = 16,
            label = "N")
        int distance,
    @Option(
            value =
                "size and geometry to which pictures are brought before they are compared, in YAML;"
                    + " in an experiment its own, so that its decoded pixels are used",
            role = IDENTIFIES,
            otherwise = "as they are",
            flags = "--image",
            label = "YAML")
        ImageOptions image,
    @Option(
            value = "folder of decoded pixels, which are used where they are there",
            role = PLACE,
            otherwise =
                "what MOCOCXR_CACHE names, else cache beside the experiments or in the run's folder",
            label = "FOLDER")
        Path cache)
    implements OptionRecord {}
