package org.mococxr.evaluation.results;

import org.mococxr.evaluation.calibration.Reliability;
import org.mococxr.evaluation.metrics.Confusion;
import org.mococxr.evaluation.metrics.Metrics;

/**
 * All metrics of one task; NaN where the data do not define one.
 *
 * @param studies with known truth
 * @param positives among them
 * @param calibrationError expected calibration error over 15 bins of equal width
 * @param threshold at which accuracy, precision, recall, specificity and F1 hold
 */
public record TaskScores(
    String task,
    int studies,
    int positives,
    double auroc,
    double auprc,
    double logLoss,
    double brier,
    double calibrationError,
    double threshold,
    double accuracy,
    double precision,
    double recall,
    double specificity,
    double f1) {

  /** Computes them. */
  public static TaskScores of(TaskOutcome outcome, double threshold) {
    double[] scores = outcome.scores();
    boolean[] positive = outcome.positive();
    Confusion confusion = Confusion.at(threshold, scores, positive);
    return new TaskScores(
        outcome.task(),
        scores.length,
        Metrics.positives(positive),
        Metrics.auroc(scores, positive),
        Metrics.averagePrecision(scores, positive),
        Metrics.logLoss(scores, positive),
        Metrics.brier(scores, positive),
        Reliability.equalWidth(15, scores, positive).expectedCalibrationError(),
        threshold,
        confusion.accuracy(),
        confusion.precision(),
        confusion.recall(),
        confusion.specificity(),
        confusion.f1());
  }

  /** The numbers in the order of {@link #COLUMNS}, without the task's name. */
  double[] numbers() {
    return new double[] {
      studies,
      positives,
      auroc,
      auprc,
      logLoss,
      brier,
      calibrationError,
      threshold,
      accuracy,
      precision,
      recall,
      specificity,
      f1
    };
  }

  /** Names of {@link #numbers}. */
  static final String[] COLUMNS = {
    "Studies",
    "Positives",
    "AUROC",
    "AUPRC",
    "LogLoss",
    "Brier",
    "ECE",
    "Threshold",
    "Accuracy",
    "Precision",
    "Recall",
    "Specificity",
    "F1"
  };
}
