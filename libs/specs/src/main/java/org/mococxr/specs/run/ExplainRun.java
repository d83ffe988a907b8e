package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** How heat maps of a model's findings are drawn. */
public record ExplainRun(
    @Option(
            value = "which of the fine-tuned runs among the inputs",
            role = IDENTIFIES,
            required = true,
            label = "NAME")
        String run,
    @Option(
            value = "of the network, for example layer3.1",
            role = IDENTIFIES,
            otherwise = "the last feature map",
            label = "NAME")
        String layer,
    @Option(
            value = "pictures per task at most, of those whose label is positive",
            role = IDENTIFIES,
            byDefault = "20",
            min = 1,
            label = "N")
        int count)
    implements OptionRecord {}
