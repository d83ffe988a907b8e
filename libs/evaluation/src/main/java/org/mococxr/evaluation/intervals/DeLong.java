package org.mococxr.evaluation.intervals;

import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * DeLong's nonparametric variance of AUROCs, by {@link Placements}. Assumes independent studies.
 */
public final class DeLong {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

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
   * Interval of the mean AUROC of one or several models on the same studies, cut at 0 and 1.
   *
   * @throws IllegalArgumentException if a class has fewer than 2 studies
   */
  public static Interval mean(List<double[]> models, boolean[] positive, double level) {
    Placements sum = placements(positive);
    for (double[] scores : models) {
      sum.add(scores, 1.0 / models.size());
    }
    Interval interval = interval(sum, level);
    return new Interval(
        interval.estimate(),
        Math.max(0, interval.lower()),
        Math.min(1, interval.upper()),
        level,
        interval.standardError(),
        interval.method());
  }

  /** Compares the mean AUROCs of two groups of models (draws) on the same studies. */
  public static Comparison compare(
      List<double[]> a, List<double[]> b, boolean[] positive, double level) {
    Placements difference = placements(positive);
    double meanA = 0;
    double meanB = 0;
    for (double[] scores : a) {
      meanA += difference.add(scores, 1.0 / a.size()) / a.size();
    }
    for (double[] scores : b) {
      meanB += difference.add(scores, -1.0 / b.size()) / b.size();
    }
    Interval interval = interval(difference, level);
    // Placement values of like rankings cancel only up to rounding.
    boolean alike = interval.standardError() < 1e-12;
    double z = alike ? Double.NaN : interval.estimate() / interval.standardError();
    double p =
        alike
            ? (Math.abs(interval.estimate()) < 1e-12 ? 1 : 0)
            : Math.min(1, 2 * NORMAL.survivalProbability(Math.abs(z)));
    return new Comparison(meanA, meanB, interval, z, p);
  }

  private static Interval interval(Placements placements, double level) {
    Interval.requireLevel(level);
    double error = Math.sqrt(placements.variance().total());
    double reach = NORMAL.inverseCumulativeProbability((1 + level) / 2) * error;
    double estimate = placements.estimate();
    return new Interval(estimate, estimate - reach, estimate + reach, level, error, "delong");
  }

  private static Placements placements(boolean[] positive) {
    return new Placements(positive, Placements.eachByItself(positive.length));
  }
}
