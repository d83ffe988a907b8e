package org.mococxr.evaluation.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonKey;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.mococxr.evaluation.calibration.Reliability;
import org.mococxr.evaluation.metrics.Confusion;
import org.mococxr.evaluation.metrics.Metrics;

/**
 * The single numbers that a test reports for each task. {@code scores.csv}, {@code scores.txt},
 * {@code report.json} and the report's table are made from this list, in this order: those that
 * need no threshold first. A number that the data do not define is NaN.
 */
public enum Metric {
  AUROC(
      "AUROC",
      "AUROC",
      "Area under the ROC curve: how often a positive study scores above a negative one",
      Metrics::auroc),
  AUPRC(
      "AUPRC",
      "AUPRC",
      "Average precision: area under the precision-recall curve without interpolation",
      Metrics::averagePrecision),
  LOG_LOSS(
      "LogLoss",
      "Log-loss",
      "Mean negative log-likelihood of the truth (natural logarithm)",
      Metrics::logLoss),
  BRIER("Brier", "Brier", "Mean squared distance of probability and truth", Metrics::brier),
  CALIBRATION_ERROR(
      "ECE",
      "ECE",
      "Expected calibration error over 15 bins of equal width",
      (scores, positive) ->
          Reliability.equalWidth(15, scores, positive).expectedCalibrationError()),
  ACCURACY("Accuracy", "Accuracy", "Share of all studies decided correctly", Confusion::accuracy),
  PRECISION(
      "Precision",
      "Precision",
      "Share of the studies called positive that are (positive predictive value)",
      Confusion::precision),
  RECALL(
      "Recall",
      "Sensitivity",
      "Share of the positive studies that are called positive",
      Confusion::recall),
  SPECIFICITY(
      "Specificity",
      "Specificity",
      "Share of the negative studies that are not called positive",
      Confusion::specificity),
  F1("F1", "F1", "Harmonic mean of precision and sensitivity", Confusion::f1),
  BALANCED_ACCURACY(
      "BalancedAccuracy",
      "Balanced accuracy",
      "Mean of sensitivity and specificity",
      Confusion::balancedAccuracy),
  MATTHEWS_CORRELATION(
      "MCC",
      "MCC",
      "Matthews correlation coefficient of decision and truth",
      Confusion::matthewsCorrelation);

  private final String column;
  private final String title;
  private final String meaning;
  private final ToDoubleBiFunction<double[], boolean[]> ofScores;
  private final ToDoubleFunction<Confusion> ofDecision;

  /** A metric of the scores themselves. */
  Metric(
      String column,
      String title,
      String meaning,
      ToDoubleBiFunction<double[], boolean[]> ofScores) {
    this.column = column;
    this.title = title;
    this.meaning = meaning;
    this.ofScores = ofScores;
    this.ofDecision = null;
  }

  /** A metric of the decision at a threshold. */
  Metric(String column, String title, String meaning, ToDoubleFunction<Confusion> ofDecision) {
    this.column = column;
    this.title = title;
    this.meaning = meaning;
    this.ofScores = null;
    this.ofDecision = ofDecision;
  }

  /** Name in {@code scores.csv} and {@code scores.txt}. */
  public String column() {
    return column;
  }

  /** Name in the report. */
  public String title() {
    return title;
  }

  /** What it measures, in one phrase. */
  public String meaning() {
    return meaning;
  }

  /** Whether it depends on the threshold above which a study is called positive. */
  public boolean needsThreshold() {
    return ofDecision != null;
  }

  /**
   * Its value.
   *
   * @param threshold scores above it are called positive; of no effect unless {@link
   *     #needsThreshold}
   */
  public double of(double[] scores, boolean[] positive, double threshold) {
    return needsThreshold()
        ? ofDecision.applyAsDouble(Confusion.at(threshold, scores, positive))
        : ofScores.applyAsDouble(scores, positive);
  }

  /** Name in JSON, for example {@code logLoss}. */
  @JsonKey
  String key() {
    StringBuilder key = new StringBuilder();
    for (String word : name().toLowerCase(Locale.ROOT).split("_")) {
      key.append(key.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return key.toString();
  }

  @JsonCreator
  static Metric ofKey(String key) {
    Optional<Metric> known =
        Arrays.stream(values()).filter(metric -> metric.key().equals(key)).findFirst();
    return known.orElseThrow(() -> new IllegalArgumentException("no metric is called " + key));
  }
}
