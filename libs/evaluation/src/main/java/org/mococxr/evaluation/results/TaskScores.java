package org.mococxr.evaluation.results;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.mococxr.evaluation.metrics.Metrics;

/**
 * All metrics of one task.
 *
 * @param studies with known truth
 * @param positives among them
 * @param threshold at which the metrics that need one hold
 * @param values of every metric; NaN where the data do not define it, or where it was not computed
 *     when the scores were written
 */
public record TaskScores(
    String task, int studies, int positives, double threshold, Map<Metric, Double> values) {

  public TaskScores {
    Map<Metric, Double> all = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      all.put(metric, values.getOrDefault(metric, Double.NaN));
    }
    values = Collections.unmodifiableMap(all);
  }

  /** Computes them. */
  public static TaskScores of(TaskOutcome outcome, double threshold) {
    double[] scores = outcome.scores();
    boolean[] positive = outcome.positive();
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      values.put(metric, metric.of(scores, positive, threshold));
    }
    return new TaskScores(
        outcome.task(), scores.length, Metrics.positives(positive), threshold, values);
  }

  public double value(Metric metric) {
    return values.get(metric);
  }
}
