package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.specs.data.LabelPolicies;
import org.mococxr.specs.option.EngineThreads;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.training.FineTuningOptions;

/** What a run is told that tests a model, or several together, on a manifest. */
public record TestRun(
    @Option(value = "whose model is tested", role = IDENTIFIES, required = true) String run,
    @Option(
            value = "what uncertain and blank labels count as in the truth",
            role = IDENTIFIES,
            otherwise =
                "uncertain masked; blank negative where the label set is CheXpert's, else masked",
            label = "RULE")
        LabelPolicies labelPolicy,
    @Option(
            value = "how the probabilities of several runs are joined",
            role = IDENTIFIES,
            byDefault = "mean")
        FineTuningOptions.Aggregation aggregation,
    @EngineThreads int threads)
    implements OptionRecord {}
