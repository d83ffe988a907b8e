package org.mococxr.evaluation.intervals;

import java.util.List;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.evaluation.metrics.Sorting;

/**
 * DeLong's nonparametric variance of AUROCs (DeLong, DeLong and Clarke-Pearson 1988), by the
 * midranks of Sun and Xu 2014: O(n log n). Assumes independent studies.
 *
 * <p>The AUROC is the mean of placement values over the positives and over the negatives; a
 * weighted sum of AUROCs on the same studies has the weighted sums of their placement values, so
 * that means over draws and paired differences need no covariance matrix.
 */
public final class DeLong {
  private DeLong() {}

  /**
   * Two AUROCs on the same studies.
   *
   * @param difference A's less B's, with its interval
   * @param z the difference in standard errors; NaN if the two rank alike
   * @param pValue two-sided, of no difference; 1 if the two rank alike
   */
  public record Comparison(
      double aurocA, double aurocB, Interval difference, double z, double pValue) {}

  /**
   * Interval of one AUROC, cut at 0 and 1.
   *
   * @throws IllegalArgumentException if a class has fewer than 2 studies
   */
  public static Interval interval(double[] scores, boolean[] positive, double level) {
    return mean(List.of(scores), positive, level);
  }

  /** Interval of the mean AUROC of several models on the same studies, cut at 0 and 1. */
  public static Interval mean(List<double[]> models, boolean[] positive, double level) {
    Placements sum = new Placements(positive);
    for (double[] scores : models) {
      sum.add(scores, 1.0 / models.size());
    }
    Interval interval = sum.interval(level);
    return new Interval(
        interval.estimate(),
        Math.max(0, interval.lower()),
        Math.min(1, interval.upper()),
        level,
        interval.standardError(),
        interval.method());
  }

  /** Compares the AUROCs of two models on the same studies. */
  public static Comparison compare(double[] a, double[] b, boolean[] positive, double level) {
    return compare(List.of(a), List.of(b), positive, level);
  }

  /** Compares the mean AUROCs of two groups of models (draws) on the same studies. */
  public static Comparison compare(
      List<double[]> a, List<double[]> b, boolean[] positive, double level) {
    Placements difference = new Placements(positive);
    double meanA = 0;
    double meanB = 0;
    for (double[] scores : a) {
      meanA += difference.add(scores, 1.0 / a.size()) / a.size();
    }
    for (double[] scores : b) {
      meanB += difference.add(scores, -1.0 / b.size()) / b.size();
    }
    Interval interval = difference.interval(level);
    // Placement values of like rankings cancel only up to rounding.
    boolean alike = interval.standardError() < 1e-12;
    double z = alike ? Double.NaN : interval.estimate() / interval.standardError();
    double p = alike ? (Math.abs(interval.estimate()) < 1e-12 ? 1 : 0) : Normal.twoSided(z);
    return new Comparison(meanA, meanB, interval, z, p);
  }

  /** A weighted sum of models' placement values. */
  private static final class Placements {
    private final boolean[] positive;
    private final double[] values;
    private final int positives;
    private final int negatives;
    private double estimate;

    Placements(boolean[] positive) {
      this.positive = positive;
      values = new double[positive.length];
      positives = Metrics.positives(positive);
      negatives = positive.length - positives;
      if (positives < 2 || negatives < 2) {
        throw new IllegalArgumentException(
            "DeLong's variance needs 2 studies of each class, not %d and %d"
                .formatted(positives, negatives));
      }
    }

    /** Adds a model; answers its AUROC. */
    double add(double[] scores, double weight) {
      if (scores.length != positive.length) {
        throw new IllegalArgumentException(
            "%d scores for %d labels".formatted(scores.length, positive.length));
      }
      int[] order = Sorting.ascending(scores);
      double negativesBelow = 0;
      double positivesBelow = 0;
      double sum = 0;
      for (int start = 0; start < order.length; ) {
        int end = start;
        int positivesHere = 0;
        while (end < order.length && scores[order[end]] == scores[order[start]]) {
          positivesHere += positive[order[end]] ? 1 : 0;
          end++;
        }
        int negativesHere = end - start - positivesHere;
        // Share of the other class that this study is ranked rightly against, ties one half.
        double ofPositive = (negativesBelow + negativesHere / 2.0) / negatives;
        double ofNegative = 1 - (positivesBelow + positivesHere / 2.0) / positives;
        for (int i = start; i < end; i++) {
          values[order[i]] += weight * (positive[order[i]] ? ofPositive : ofNegative);
        }
        sum += positivesHere * ofPositive;
        negativesBelow += negativesHere;
        positivesBelow += positivesHere;
        start = end;
      }
      double auroc = sum / positives;
      estimate += weight * auroc;
      return auroc;
    }

    Interval interval(double level) {
      Interval.requireLevel(level);
      double variance = variance(true) / positives + variance(false) / negatives;
      double error = Math.sqrt(Math.max(0, variance));
      double reach = Normal.quantile((1 + level) / 2) * error;
      return new Interval(estimate, estimate - reach, estimate + reach, level, error, "delong");
    }

    private double variance(boolean ofPositives) {
      int count = ofPositives ? positives : negatives;
      double mean = 0;
      for (int i = 0; i < values.length; i++) {
        if (positive[i] == ofPositives) {
          mean += values[i] / count;
        }
      }
      double squares = 0;
      for (int i = 0; i < values.length; i++) {
        if (positive[i] == ofPositives) {
          squares += (values[i] - mean) * (values[i] - mean);
        }
      }
      return squares / (count - 1);
    }
  }
}
