package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.util.List;
import org.mococxr.specs.option.Inline;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.Architecture;

/** What a run is told that computes intervals and paired differences. */
public record IntervalsRun(
    @Option(
            value = "the encoder of the runs",
            role = IDENTIFIES,
            otherwise = "none: there are tables and no runs")
        Architecture architecture,
    @Option(
            value = "the fine-tuned runs, with what tells them apart",
            role = IDENTIFIES,
            byDefault = "[]")
        List<TestedRun> runs,
    @Option(
            value = "predictions of any models, with what tells them apart",
            role = IDENTIFIES,
            byDefault = "[]")
        List<ScoreTable> tables,
    @Inline IntervalOptions intervals)
    implements OptionRecord {}
