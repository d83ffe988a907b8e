package org.mococxr.trainer.run;

import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.finetuning.FineTuneOptions;
import org.mococxr.learning.finetuning.FineTuneResult;
import org.mococxr.learning.finetuning.FineTuning;
import org.mococxr.learning.optim.Divergence;

/** Trains a classifier on one draw of the labels, chooses on validation, calibrates and tests. */
final class FineTuneWorkload implements Workload {

  @Override
  public Outcome run(RunContext context) {
    FineTuneOptions options =
        context.options(
            context.withInputs("encoder", "weights", "features"), FineTuneOptions.class);
    FineTuneResult result;
    try {
      result =
          FineTuning.run(
              options, context.folder(), context.reporter(), context::checkpointed, context.stop());
    } catch (UserErrorException e) {
      boolean passedOver =
          e.getCause() instanceof Divergence && Boolean.TRUE.equals(options.run().mayDiverge());
      if (!passedOver) {
        throw e;
      }
      // A point of a sweep that gives no model: ChooseWorkload passes it over.
      context.reporter().update("diverged: " + e.getMessage(), 1, 1, Map.of());
      return new Outcome.Done(Map.of("diverged", 1.0));
    }
    return result.completed() ? new Outcome.Done(result.figures()) : new Outcome.Preempted();
  }
}
