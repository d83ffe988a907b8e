package org.mococxr.evaluation.metrics;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * How a threshold is chosen from validation scores. Scores above it are called positive. The value
 * lies halfway between two scores that occur, so that it decides alike in float32 and with ≥.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "rule")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ThresholdRule.Fixed.class, name = "fixed"),
  @JsonSubTypes.Type(value = ThresholdRule.Youden.class, name = "youden"),
  @JsonSubTypes.Type(value = ThresholdRule.Sensitivity.class, name = "sensitivity"),
  @JsonSubTypes.Type(value = ThresholdRule.Specificity.class, name = "specificity")
})
public sealed interface ThresholdRule {

  /**
   * The threshold for these scores.
   *
   * @throws IllegalArgumentException if the rule needs both classes and there is one
   */
  double choose(double[] scores, boolean[] positive);

  /** Always the same value. */
  record Fixed(double threshold) implements ThresholdRule {
    @Override
    public double choose(double[] scores, boolean[] positive) {
      return threshold;
    }
  }

  /** Largest sensitivity + specificity − 1 (Youden 1950); of equal ones the strictest. */
  record Youden() implements ThresholdRule {
    @Override
    public double choose(double[] scores, boolean[] positive) {
      double lastCalled =
          Curve.roc(scores, positive).points().stream()
              .skip(1)
              .reduce((best, next) -> next.y() - next.x() > best.y() - best.x() ? next : best)
              .orElseThrow()
              .threshold();
      return justBelow(lastCalled, scores);
    }
  }

  /** The strictest threshold that finds at least this share of the positives. */
  record Sensitivity(double atLeast) implements ThresholdRule {
    public Sensitivity {
      requireShare(atLeast);
    }

    @Override
    public double choose(double[] scores, boolean[] positive) {
      int positives = requireSome(Metrics.positives(positive));
      int needed = Math.max(1, (int) Math.ceil(atLeast * positives - 1e-9));
      int found = 0;
      for (int i : Sorting.descending(scores)) {
        if (positive[i] && ++found == needed) {
          return justBelow(scores[i], scores);
        }
      }
      throw new AssertionError("unreachable");
    }
  }

  /**
   * The laxest threshold that leaves at least this share of the negatives uncalled; above all
   * scores if only calling nothing does.
   */
  record Specificity(double atLeast) implements ThresholdRule {
    public Specificity {
      requireShare(atLeast);
    }

    @Override
    public double choose(double[] scores, boolean[] positive) {
      int negatives = requireSome(positive.length - Metrics.positives(positive));
      int allowed = (int) Math.floor((1 - atLeast) * negatives + 1e-9);
      double lastCalled = Double.POSITIVE_INFINITY;
      int called = 0;
      int[] order = Sorting.descending(scores);
      for (int i = 0; i < order.length; i++) {
        if (!positive[order[i]]) {
          called++;
        }
        boolean lastOfTies = i + 1 == order.length || scores[order[i + 1]] != scores[order[i]];
        if (lastOfTies) {
          if (called > allowed) {
            break;
          }
          lastCalled = scores[order[i]];
        }
      }
      return justBelow(lastCalled, scores);
    }
  }

  private static void requireShare(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is in [0, 1], not " + share);
    }
  }

  private static int requireSome(int count) {
    if (count == 0) {
      throw new IllegalArgumentException("the class that the rule counts does not occur");
    }
    return count;
  }

  /** Halfway between the lowest score that is to be called and the next one below it. */
  private static double justBelow(double lastCalled, double[] scores) {
    double next = Double.NEGATIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      highest = Math.max(highest, score);
      if (score < lastCalled) {
        next = Math.max(next, score);
      }
    }
    if (lastCalled == Double.POSITIVE_INFINITY) {
      return Math.nextUp(highest);
    }
    if (next == Double.NEGATIVE_INFINITY) {
      return Math.nextDown(lastCalled);
    }
    double middle = next + (lastCalled - next) / 2;
    return middle < lastCalled ? middle : next;
  }
}
