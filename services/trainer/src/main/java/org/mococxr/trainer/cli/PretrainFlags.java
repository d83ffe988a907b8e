package org.mococxr.trainer.cli;

import static org.mococxr.specs.option.Role.PLACE;

import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.option.Group;
import org.mococxr.specs.option.Inline;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.run.PretrainRun;

/** What pretraining is told on the command line, where it may also read a folder as it is. */
record PretrainFlags(
    @Inline PretrainRun run,
    @Group("How a folder without a manifest is read")
        @Option(value = "a folder of X-rays without a manifest", role = PLACE, otherwise = "none")
        DataSource source)
    implements OptionRecord {}
