package org.mococxr.specs.training;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.specs.option.Group;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** Contrast-limited adaptive histogram equalisation (Zuiderveld 1994). */
public record ClaheOptions(
    @Group(ViewOptions.GROUP)
        @Option(
            value = "limit of the contrast",
            role = IDENTIFIES,
            byDefault = "2",
            min = 0.01,
            max = 1000,
            flags = "--clahe-clip")
        double clip,
    @Option(
            value = "tiles in a row and in a column",
            role = IDENTIFIES,
            byDefault = "8",
            min = 1,
            max = 64,
            flags = "--clahe-tiles")
        int tiles)
    implements OptionRecord {}
