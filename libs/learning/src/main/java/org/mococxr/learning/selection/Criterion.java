package org.mococxr.learning.selection;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.calibration.MultiClass;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.evaluation.TaskCalibration;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.FineTuningOptions.Classification;
import org.mococxr.specs.training.FineTuningOptions.SelectBy;

/**
 * What a choice on validation goes by: a score by task, higher is better, and the mean of some
 * tasks' scores.
 *
 * @param by AUROC, or log-loss, whose score is its negative
 * @param tasks names, in the order of studies' scores
 * @param on the tasks of the mean
 * @param exclusive exactly one task is true of a study: the log-loss is that of all tasks together,
 *     the score of each of them
 */
public record Criterion(SelectBy by, List<String> tasks, List<String> on, boolean exclusive) {

  /** Copies the lists. */
  public Criterion {
    tasks = List.copyOf(tasks);
    on = List.copyOf(on);
  }

  /** Of tasks each for itself. */
  public Criterion(SelectBy by, List<String> tasks, List<String> on) {
    this(by, tasks, on, false);
  }

  /** What a run is told to choose by. */
  public static Criterion of(FineTuningOptions told, List<String> tasks) {
    return new Criterion(
        told.selectBy(),
        tasks,
        told.selectOn() == null ? tasks : told.selectOn(),
        told.classification() == Classification.MULTI_CLASS);
  }

  /** Name of its score among a run's figures. */
  public String figure() {
    return by == SelectBy.AUROC ? "valid_auroc" : "valid_score";
  }

  /** The score of one task's studies; NaN where it is not defined. */
  public double score(StudyLevel level, int task, double[][] logits) {
    if (by == SelectBy.AUROC) {
      return level.auroc(task, logits);
    }
    if (exclusive) {
      return -MultiClass.logLoss(TaskCalibration.probabilities(logits), level.classes());
    }
    StudyLevel.Known known = level.known(task, logits);
    double[] probabilities = Arrays.stream(known.scores()).map(Calibration::sigmoid).toArray();
    return probabilities.length == 0
        ? Double.NaN
        : -Metrics.logLoss(probabilities, known.positive());
  }

  /** Scores by task; a task whose score is not defined is left out. */
  public Map<String, Double> scores(StudyLevel level, double[][] logits) {
    Map<String, Double> scores = new LinkedHashMap<>();
    for (int t = 0; t < tasks.size(); t++) {
      double score = score(level, t, logits);
      if (!Double.isNaN(score)) {
        scores.put(tasks.get(t), score);
      }
    }
    return scores;
  }

  /** The mean over the tasks that it goes by, as far as defined; negative infinity if none is. */
  public double mean(Map<String, Double> scores) {
    return on.stream()
        .map(scores::get)
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NEGATIVE_INFINITY);
  }

  /** The mean score of studies' logits. */
  public double mean(StudyLevel level, double[][] logits) {
    return mean(scores(level, logits));
  }

  /** The mean score of studies' probabilities. */
  public double meanOfProbabilities(StudyLevel level, double[][] probabilities) {
    double[][] logits =
        Arrays.stream(probabilities)
            .map(row -> Arrays.stream(row).map(p -> Math.log(p / (1 - p))).toArray())
            .toArray(double[][]::new);
    return mean(level, logits);
  }
}
