package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** One table of predictions, of any model, as intervals are told of it. */
public record ScoreTable(
    @Option(value = "whose predictions they are", role = IDENTIFIES, required = true) String name,
    @Option(value = "which of several of one name", role = IDENTIFIES, required = true, min = 0)
        int draw,
    @Option(value = "its input's role after run:", role = IDENTIFIES, required = true) String run)
    implements OptionRecord {}
