package org.mococxr.trainer.run;

import java.util.LinkedHashMap;
import java.util.Map;
import org.mococxr.evaluation.results.Metric;
import org.mococxr.evaluation.results.Scores;
import org.mococxr.learning.evaluation.ModelTesting;
import org.mococxr.learning.evaluation.TestOptions;
import org.mococxr.specs.run.TestRun;

/** Tests fine-tuned runs, or an ensemble of one run's checkpoints, on a manifest. */
final class TestWorkload implements Workload {

  @Override
  public Outcome run(RunContext context) {
    TestRun told = context.options(context.spec().options(), TestRun.class);
    Scores scores =
        ModelTesting.run(
            new TestOptions(
                context.modelsWith(told.run()),
                context.optionalInput("ensemble").orElse(null),
                context.input("root"),
                context.input("test"),
                Caches.of(context.folder()),
                told),
            context.folder(),
            context.reporter());
    Map<String, Double> figures = new LinkedHashMap<>();
    figure(figures, "test_auroc", scores.mean(Metric.AUROC));
    figure(figures, "test_auprc", scores.mean(Metric.AUPRC));
    return new Outcome.Done(figures);
  }

  /** Images without labels have no figures. */
  private static void figure(Map<String, Double> figures, String name, double value) {
    if (!Double.isNaN(value)) {
      figures.put(name, value);
    }
  }
}
