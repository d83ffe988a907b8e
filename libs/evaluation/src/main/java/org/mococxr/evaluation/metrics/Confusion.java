package org.mococxr.evaluation.metrics;

/**
 * Counts of a decision at one threshold and the rates that follow from them. A rate whose
 * denominator is zero is NaN: it is unknown, not nought.
 */
public record Confusion(
    long truePositives, long falsePositives, long trueNegatives, long falseNegatives) {

  /** The counts when a score above the threshold is called positive, as the method does at 0.5. */
  public static Confusion at(double threshold, double[] scores, boolean[] positive) {
    Metrics.check(scores, positive);
    long[] counts = new long[4];
    for (int i = 0; i < scores.length; i++) {
      counts[(positive[i] ? 0 : 2) + (scores[i] > threshold ? 0 : 1)]++;
    }
    return new Confusion(counts[0], counts[2], counts[3], counts[1]);
  }

  /** Share of all that is decided rightly. */
  public double accuracy() {
    return ratio(truePositives + trueNegatives, total());
  }

  /** Share of the called that is positive (positive predictive value). */
  public double precision() {
    return ratio(truePositives, truePositives + falsePositives);
  }

  /** Share of the positives that is called (sensitivity). */
  public double recall() {
    return ratio(truePositives, truePositives + falseNegatives);
  }

  /** Share of the negatives that is not called. */
  public double specificity() {
    return ratio(trueNegatives, trueNegatives + falsePositives);
  }

  /** Harmonic mean of precision and recall. */
  public double f1() {
    return ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
  }

  /** Mean of sensitivity and specificity; 1/2 for any decision by chance. */
  public double balancedAccuracy() {
    return (recall() + specificity()) / 2;
  }

  /**
   * Correlation of decision and truth (Matthews 1975), in [−1, 1]. NaN where the truth or the
   * decision has one class only, for which scikit-learn returns 0.
   */
  public double matthewsCorrelation() {
    double called = truePositives + falsePositives;
    double positives = truePositives + falseNegatives;
    double notCalled = trueNegatives + falseNegatives;
    double negatives = trueNegatives + falsePositives;
    double agreement =
        (double) truePositives * trueNegatives - (double) falsePositives * falseNegatives;
    double scale = Math.sqrt(called * notCalled) * Math.sqrt(positives * negatives);
    return scale == 0 ? Double.NaN : agreement / scale;
  }

  /** How many were decided. */
  public long total() {
    return truePositives + falsePositives + trueNegatives + falseNegatives;
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }
}
