package org.mococxr.trainer.run;

import org.mococxr.learning.finetuning.FineTuneOptions;
import org.mococxr.learning.finetuning.FineTuneResult;
import org.mococxr.learning.finetuning.FineTuning;

/** Trains a classifier on one draw of the labels, chooses on validation, calibrates and tests. */
final class FineTuneWorkload implements Workload {

  @Override
  public Outcome run(RunContext context) {
    FineTuneResult result =
        FineTuning.run(
            context.options(
                context.withInputs("encoder", "weights", "features"), FineTuneOptions.class),
            context.folder(),
            context.reporter(),
            context::checkpointed,
            context.stop());
    return result.completed() ? new Outcome.Done(result.figures()) : new Outcome.Preempted();
  }
}
