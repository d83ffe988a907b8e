package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.specs.option.EngineThreads;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.FineTuningOptions;

/** What a run is told that ranks the checkpoints of a fine-tuned run. */
public record SelectRun(
    @Option(value = "whose checkpoints are ranked", role = IDENTIFIES, required = true) String run,
    @Option(
            value = "checkpoints a task",
            role = IDENTIFIES,
            byDefault = "10",
            min = 1,
            max = 30,
            label = "N")
        int perTask,
    @Option(
            value = "what checkpoints are ranked by on validation",
            role = IDENTIFIES,
            byDefault = "auroc")
        FineTuningOptions.SelectBy selectBy,
    @Option(value = "how the probabilities are joined", role = IDENTIFIES, byDefault = "mean")
        FineTuningOptions.Aggregation aggregation,
    @EngineThreads int threads)
    implements OptionRecord {}
