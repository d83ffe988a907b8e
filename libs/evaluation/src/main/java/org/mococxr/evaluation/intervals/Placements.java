package org.mococxr.evaluation.intervals;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.evaluation.metrics.Sorting;

/**
 * A weighted sum of models' AUROCs on the same studies, as placement values (DeLong, DeLong and
 * Clarke-Pearson 1988), by the midranks of Sun and Xu 2014: O(n log n). A study's placement value
 * is the share of the other class that it is ranked rightly against; a weighted sum of AUROCs has
 * the weighted sums of their placement values, so that means over draws and paired differences need
 * no covariance matrix.
 *
 * <p>The variance is Obuchowski's (1997) for clustered studies. Where every study is a cluster of
 * its own it is DeLong's.
 */
final class Placements {
  private final boolean[] positive;
  private final int[] units;
  private final double[] values;
  private final int positives;
  private final int negatives;
  private final int positiveUnits;
  private final int negativeUnits;
  private double estimate;

  /**
   * The variance of the sum, and what it rests on.
   *
   * @param ofPositives share that comes from which positives were sampled
   * @param ofNegatives share that comes from which negatives were sampled
   * @param shared covariance of the two, where units hold studies of both classes
   * @param positiveUnits units with at least one positive study
   * @param negativeUnits units with at least one negative study
   */
  record Variance(
      double ofPositives, double ofNegatives, double shared, int positiveUnits, int negativeUnits) {
    /** Below this a variance is rounding alone: every study is ranked rightly. */
    private static final double ROUNDING = 1e-24;

    double total() {
      return Math.max(0, ofPositives + ofNegatives + shared);
    }

    /** Satterthwaite's, as in the test of Brunner and Munzel (2000). */
    double degreesOfFreedom() {
      double sum = ofPositives + ofNegatives;
      return sum < ROUNDING
          ? Math.min(positiveUnits, negativeUnits) - 1
          : sum
              * sum
              / (ofPositives * ofPositives / (positiveUnits - 1)
                  + ofNegatives * ofNegatives / (negativeUnits - 1));
    }
  }

  /**
   * @param positive truth by study
   * @param units what was sampled, by study: studies of one patient have one number, from 0
   * @throws IllegalArgumentException if fewer than 2 units have a study of one class
   */
  Placements(boolean[] positive, int[] units) {
    this.positive = positive;
    this.units = units;
    values = new double[positive.length];
    positives = Metrics.positives(positive);
    negatives = positive.length - positives;
    positiveUnits = unitsOf(true);
    negativeUnits = unitsOf(false);
    if (positiveUnits < 2 || negativeUnits < 2) {
      throw new IllegalArgumentException(
          "an interval needs 2 independent positives and 2 negatives, not %d and %d"
              .formatted(positiveUnits, negativeUnits));
    }
  }

  /** Studies that are independent of each other. */
  static int[] eachByItself(int studies) {
    int[] units = new int[studies];
    Arrays.setAll(units, i -> i);
    return units;
  }

  int positives() {
    return positives;
  }

  int negatives() {
    return negatives;
  }

  /** Units with at least one positive study. */
  int positiveUnits() {
    return positiveUnits;
  }

  /** Units with at least one negative study. */
  int negativeUnits() {
    return negativeUnits;
  }

  /** The weighted sum of the AUROCs. */
  double estimate() {
    return estimate;
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

  Variance variance() {
    int count = Arrays.stream(units).max().orElse(-1) + 1;
    double[] positiveSums = deviations(count, true);
    double[] negativeSums = deviations(count, false);
    double ofPositives = 0;
    double ofNegatives = 0;
    double shared = 0;
    for (int unit = 0; unit < count; unit++) {
      ofPositives += positiveSums[unit] * positiveSums[unit];
      ofNegatives += negativeSums[unit] * negativeSums[unit];
      shared += positiveSums[unit] * negativeSums[unit];
    }
    int all = (int) Arrays.stream(units).distinct().count();
    return new Variance(
        unbiased(ofPositives, positiveUnits),
        unbiased(ofNegatives, negativeUnits),
        2 * unbiased(shared, all),
        positiveUnits,
        negativeUnits);
  }

  /** How many studies a study's unit holds, itself included, on average over the studies. */
  double studiesOfAUnit() {
    int[] sizes = new int[Arrays.stream(units).max().orElse(-1) + 1];
    for (int unit : units) {
      sizes[unit]++;
    }
    return Arrays.stream(units).mapToDouble(unit -> sizes[unit]).average().orElse(1);
  }

  private double[] deviations(int count, boolean ofPositives) {
    int studies = ofPositives ? positives : negatives;
    double mean = 0;
    for (int i = 0; i < values.length; i++) {
      mean += positive[i] == ofPositives ? values[i] / studies : 0;
    }
    double[] sums = new double[count];
    for (int i = 0; i < values.length; i++) {
      if (positive[i] == ofPositives) {
        sums[units[i]] += (values[i] - mean) / studies;
      }
    }
    return sums;
  }

  private static double unbiased(double squares, int count) {
    return squares * count / (count - 1);
  }

  private int unitsOf(boolean positives) {
    return (int)
        IntStream.range(0, units.length)
            .filter(i -> positive[i] == positives)
            .map(i -> units[i])
            .distinct()
            .count();
  }
}
