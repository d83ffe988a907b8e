package org.mococxr.learning.export;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.evaluation.intervals.ScoreInterval;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.TaskOutcome;
import org.mococxr.learning.evaluation.FineTuned;

/**
 * How the exported model does: its thresholds by validation, its figures by the test. Those of a
 * model that stands alone are its run's. Where checkpoints or runs are joined, or computed in 8
 * bits, the exported network itself is tested.
 *
 * @param thresholds operating threshold on the calibrated probability, by task
 * @param metrics by task, then by metric
 * @param reference by task, how the test's probabilities lie; a task with few studies has none
 */
record Performance(
    Map<String, Double> thresholds,
    Map<String, Map<String, BundleDescription.Figure>> metrics,
    Map<String, Reference> reference) {
  private static final double LEVEL = 0.95;

  /** Of a model that stands alone, by its run. */
  static Performance ofRun(Path run, FineTuned.Description description) {
    return of(
        description.thresholds(),
        description.tasks(),
        Predictions.read(run.resolve(Predictions.FILE_NAME)),
        GroundTruth.read(run.resolve(GroundTruth.FILE_NAME)));
  }

  /** Of a network by what it says itself. */
  static Performance ofNetwork(ServedStudies validation, ServedStudies test) {
    return of(
        validation.studies().thresholds(validation.probabilities()),
        validation.studies().tasks(),
        test.studies().predictions(test.probabilities()),
        test.studies().groundTruth());
  }

  private static Performance of(
      Map<String, Double> thresholds,
      List<String> tasks,
      Predictions predictions,
      GroundTruth truth) {
    Map<String, Map<String, BundleDescription.Figure>> metrics = new LinkedHashMap<>();
    Map<String, Reference> reference = new LinkedHashMap<>();
    for (String task : tasks) {
      TaskOutcome outcome = TaskOutcome.of(predictions, truth, task);
      double auroc = Metrics.auroc(outcome.scores(), outcome.positive());
      if (!Double.isNaN(auroc)) {
        Interval interval = ScoreInterval.of(outcome.scores(), outcome.positive(), LEVEL);
        metrics.put(
            task,
            Map.of(
                "auroc", new BundleDescription.Figure(auroc, interval.lower(), interval.upper())));
      }
      int column = predictions.tasks().indexOf(task);
      double[] probabilities =
          predictions.studies().stream()
              .mapToDouble(study -> study.values()[column])
              .filter(probability -> !Double.isNaN(probability))
              .toArray();
      if (probabilities.length >= Reference.LEAST_STUDIES) {
        reference.put(task, Reference.of(probabilities));
      }
    }
    return new Performance(thresholds, metrics, reference);
  }
}
