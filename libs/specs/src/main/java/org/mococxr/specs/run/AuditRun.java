package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** What a run is told that looks for duplicates in a split. */
public record AuditRun(
    @Option(
            value = "bits of the perceptual hash that may differ in near duplicates",
            role = IDENTIFIES,
            byDefault = "2",
            min = 0,
            max = 16,
            label = "N")
        int distance)
    implements OptionRecord {}
