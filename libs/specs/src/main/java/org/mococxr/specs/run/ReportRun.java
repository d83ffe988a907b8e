package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.util.List;
import java.util.Map;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.Architecture;

/** What a run is told that writes a report. */
public record ReportRun(
    @Option(value = "the encoder of the runs", role = IDENTIFIES, required = true)
        Architecture architecture,
    @Option(
            value = "the fine-tuned runs, with what tells them apart",
            role = IDENTIFIES,
            required = true)
        List<TestedRun> runs,
    @Option(
            value = "the experiment's name, for the title",
            role = IDENTIFIES,
            byDefault = "by-hand",
            flags = {"--name", "--experiment"})
        String experiment,
    @Option(
            value =
                "what the experiment was told, without defaults; empty for runs made one by one",
            role = IDENTIFIES,
            byDefault = "{}")
        Map<String, Object> spec,
    @Option(
            value = "a paper whose numbers are held beside ours",
            role = IDENTIFIES,
            otherwise = "none",
            label = "PAPER")
        Paper published)
    implements OptionRecord {}
