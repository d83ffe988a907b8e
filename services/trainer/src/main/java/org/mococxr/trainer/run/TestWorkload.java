package org.mococxr.trainer.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.evaluation.results.Scores;
import org.mococxr.evaluation.results.TaskScores;
import org.mococxr.learning.evaluation.ModelTesting;
import org.mococxr.learning.evaluation.TestOptions;

/** Tests a fine-tuned run, or an ensemble of its checkpoints, on a manifest. */
final class TestWorkload implements Workload {

  /**
   * What a test run can be told; the rest of the experiment's options are passed over.
   *
   * @param architecture the experiment's
   * @param tasks the experiment's
   * @param image the experiment's
   * @param run whose model is tested
   * @param labelPolicy for the truth; by default uncertain labels are masked
   * @param threads of the engine; 0 for its own choice
   */
  record Options(
      String architecture,
      List<String> tasks,
      Map<String, Object> image,
      String run,
      Object labelPolicy,
      Integer threads) {}

  @Override
  public Outcome run(RunContext context) {
    Options options = context.options(context.spec().options(), Options.class);
    Scores scores =
        ModelTesting.run(
            new TestOptions(
                context.input("run:" + options.run()),
                context.optionalInput("ensemble").orElse(null),
                context.input("root"),
                context.input("test"),
                Caches.of(context.folder()),
                options.labelPolicy(),
                options.threads()),
            context.folder(),
            context.reporter());
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("test_auroc", scores.mean(TaskScores::auroc));
    figures.put("test_auprc", scores.mean(TaskScores::auprc));
    return new Outcome.Done(figures);
  }
}
