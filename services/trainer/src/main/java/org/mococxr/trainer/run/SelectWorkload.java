package org.mococxr.trainer.run;

import java.nio.file.Path;
import java.util.Map;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.selection.SelectOptions;
import org.mococxr.learning.selection.Selection;
import org.mococxr.specs.run.SelectRun;

/** Ranks the kept checkpoints of a fine-tuned run on validation. */
final class SelectWorkload implements Workload {

  @Override
  public Outcome run(RunContext context) {
    SelectRun told = context.options(context.spec().options(), SelectRun.class);
    Path cache = Caches.of(context.folder());
    Ensemble ensemble =
        Selection.run(
            new SelectOptions(
                context.input("run:" + told.run()),
                context.input("root"),
                context.input("valid"),
                cache,
                told),
            context.folder(),
            context.reporter());
    return new Outcome.Done(Map.of("tasks", (double) ensemble.models().size()));
  }
}
