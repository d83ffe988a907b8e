package org.mococxr.evaluation.intervals;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.mococxr.specs.run.IntervalOptions;

/** Reading interval ends off bootstrap replicates. */
final class Percentiles {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private Percentiles() {}

  /**
   * The quantile at {@code p} of sorted values: the (B + 1)·p-th, straight lines between
   * neighbours, the extremes beyond the ends (Davison and Hinkley 1997, §5.2: among B exchangeable
   * values, the k-th stands for k / (B + 1)).
   */
  static double quantile(double[] sorted, double p) {
    double place = (sorted.length + 1) * p - 1;
    if (place <= 0) {
      return sorted[0];
    }
    if (place >= sorted.length - 1) {
      return sorted[sorted.length - 1];
    }
    int below = (int) place;
    return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
  }

  /** The interval that the replicates of a statistic give. */
  static Interval interval(
      double estimate,
      double[] replicates,
      double[] jackknife,
      double level,
      IntervalOptions.Method method) {
    double[] sorted = replicates.clone();
    Arrays.sort(sorted);
    double tail = (1 - level) / 2;
    if (method == IntervalOptions.Method.REFERENCE) {
      return new Interval(
          estimate,
          sorted[(int) (tail * sorted.length) - 1],
          sorted[(int) ((1 - tail) * sorted.length) - 1],
          level,
          standardDeviation(replicates),
          "reference");
    }
    double lowerAt = tail;
    double upperAt = 1 - tail;
    if (method == IntervalOptions.Method.BCA) {
      double bias = bias(estimate, sorted);
      double acceleration = acceleration(jackknife);
      lowerAt = adjusted(tail, bias, acceleration);
      upperAt = adjusted(1 - tail, bias, acceleration);
    }
    return new Interval(
        estimate,
        quantile(sorted, lowerAt),
        quantile(sorted, upperAt),
        level,
        standardDeviation(replicates),
        method == IntervalOptions.Method.BCA ? "bca" : "percentile");
  }

  /** z₀: the normal quantile of the share of replicates below the estimate, ties counting half. */
  static double bias(double estimate, double[] replicates) {
    double below = 0;
    for (double each : replicates) {
      below += each < estimate ? 1 : each == estimate ? 0.5 : 0;
    }
    // Kept off 0 and 1, where the correction would be infinite.
    double share = Math.min(Math.max(below, 0.5), replicates.length - 0.5) / replicates.length;
    return NORMAL.inverseCumulativeProbability(share);
  }

  /** a = Σ d³ / (6 (Σ d²)^1.5), d the distance of each jackknife value below their mean. */
  static double acceleration(double[] jackknife) {
    double mean = Arrays.stream(jackknife).average().orElse(0);
    double squares = 0;
    double cubes = 0;
    for (double each : jackknife) {
      double d = mean - each;
      squares += d * d;
      cubes += d * d * d;
    }
    return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }

  /** Where the BCa end for {@code p} lies among the replicates (Efron 1987). */
  static double adjusted(double p, double bias, double acceleration) {
    double z = bias + NORMAL.inverseCumulativeProbability(p);
    return NORMAL.cumulativeProbability(bias + z / (1 - acceleration * z));
  }

  static double standardDeviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = 0;
    for (double each : values) {
      squares += (each - mean) * (each - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }
}
