package org.mococxr.trainer.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.selection.SelectOptions;
import org.mococxr.learning.selection.Selection;

/** Ranks the kept checkpoints of a fine-tuned run on validation. */
final class SelectWorkload implements Workload {

  /**
   * What a select run can be told; the rest of the experiment's options are passed over.
   *
   * @param architecture the experiment's
   * @param tasks the experiment's
   * @param image the experiment's
   * @param run whose checkpoints are ranked
   * @param perTask checkpoints a task, at most 30; 10
   * @param aggregation {@code mean} (default) or {@code max} of the probabilities
   * @param threads of the engine; 0 for its own choice
   */
  record Options(
      String architecture,
      List<String> tasks,
      Map<String, Object> image,
      String run,
      Integer perTask,
      String aggregation,
      Integer threads) {}

  @Override
  public Outcome run(RunContext context) {
    Options options = context.options(context.spec().options(), Options.class);
    Path cache = Caches.of(context.folder());
    Ensemble ensemble =
        Selection.run(
            new SelectOptions(
                context.input("run:" + options.run()),
                context.input("root"),
                context.input("valid"),
                cache,
                options.perTask(),
                options.aggregation(),
                options.threads()),
            context.folder(),
            context.reporter());
    return new Outcome.Done(Map.of("tasks", (double) ensemble.models().size()));
  }
}
