package org.mococxr.evaluation.metrics;

import java.util.Arrays;

/**
 * Metrics of one binary task. Every method takes {@code scores[i]}, the higher the more positive,
 * and {@code positive[i]}, the truth; both have the same length. A metric that the data do not
 * define (AUROC with one class only, for example) is {@link Double#NaN}: the caller decides whether
 * that is an error.
 */
public final class Metrics {
  /** Probabilities are clipped to [ε, 1 − ε] before a logarithm, ε = 2⁻⁵² as scikit-learn does. */
  static final double EPSILON = 0x1.0p-52;

  private Metrics() {}

  /**
   * Area under the ROC curve: the probability that a random positive scores above a random
   * negative, ties counting one half (Hanley and McNeil 1982).
   *
   * @return in [0, 1], or NaN if there is only one class
   */
  public static double auroc(double[] scores, boolean[] positive) {
    check(scores, positive);
    int[] order = Sorting.descending(scores);
    double wins = 0;
    long positives = 0;
    long negatives = 0;
    for (int start = 0; start < order.length; ) {
      long positivesHere = 0;
      long negativesHere = 0;
      int end = start;
      double score = scores[order[start]];
      for (; end < order.length && scores[order[end]] == score; end++) {
        if (positive[order[end]]) {
          positivesHere++;
        } else {
          negativesHere++;
        }
      }
      wins += negativesHere * (positives + 0.5 * positivesHere);
      positives += positivesHere;
      negatives += negativesHere;
      start = end;
    }
    return positives == 0 || negatives == 0 ? Double.NaN : wins / positives / negatives;
  }

  /**
   * Average precision, Σ (Rₙ − Rₙ₋₁)·Pₙ over the distinct thresholds, no interpolation: the area
   * under the precision-recall curve that is not too optimistic (Davis and Goadrich 2006).
   *
   * @return in (0, 1], or NaN if there is no positive
   */
  public static double averagePrecision(double[] scores, boolean[] positive) {
    check(scores, positive);
    int[] order = Sorting.descending(scores);
    long truePositives = 0;
    double sum = 0;
    for (int start = 0; start < order.length; ) {
      double score = scores[order[start]];
      long before = truePositives;
      int end = start;
      for (; end < order.length && scores[order[end]] == score; end++) {
        if (positive[order[end]]) {
          truePositives++;
        }
      }
      sum += (truePositives - before) * ((double) truePositives / end);
      start = end;
    }
    return truePositives == 0 ? Double.NaN : sum / truePositives;
  }

  /** Mean negative log-likelihood of the truth (natural logarithm); scores are probabilities. */
  public static double logLoss(double[] probabilities, boolean[] positive) {
    check(probabilities, positive);
    double sum = 0;
    for (int i = 0; i < probabilities.length; i++) {
      double p = Math.min(Math.max(probabilities[i], EPSILON), 1 - EPSILON);
      sum -= positive[i] ? Math.log(p) : Math.log1p(-p);
    }
    return sum / probabilities.length;
  }

  /** Mean squared distance of probability and truth (Brier 1950), in [0, 1]. */
  public static double brier(double[] probabilities, boolean[] positive) {
    check(probabilities, positive);
    double sum = 0;
    for (int i = 0; i < probabilities.length; i++) {
      double distance = probabilities[i] - (positive[i] ? 1 : 0);
      sum += distance * distance;
    }
    return sum / probabilities.length;
  }

  /** How many are positive. */
  public static int positives(boolean[] positive) {
    int count = 0;
    for (boolean each : positive) {
      if (each) {
        count++;
      }
    }
    return count;
  }

  static void check(double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new IllegalArgumentException(
          "%d scores for %d labels".formatted(scores.length, positive.length));
    }
    if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("a score is not a number");
    }
  }
}
