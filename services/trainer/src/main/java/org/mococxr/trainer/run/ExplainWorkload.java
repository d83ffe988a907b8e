package org.mococxr.trainer.run;

import java.util.Map;
import org.mococxr.learning.explain.ExplainOptions;
import org.mococxr.learning.explain.Explaining;
import org.mococxr.specs.run.ExplainRun;

/** Draws heat maps of a fine-tuned model's positive findings. */
final class ExplainWorkload implements Workload {

  @Override
  public Outcome run(RunContext context) {
    ExplainRun told = context.options(context.spec().options(), ExplainRun.class);
    ExplainOptions options =
        new ExplainOptions(
            context.modelsWith(told.run()), context.input("root"), context.input("test"), told);
    int drawn = Explaining.run(options, context.folder(), context.reporter()).size();
    return new Outcome.Done(Map.of("overlays", (double) drawn));
  }
}
