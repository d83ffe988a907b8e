package org.mococxr.evaluation.metrics;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.ArrayList;
import java.util.List;

/**
 * A curve over all thresholds, from the strictest to the laxest.
 *
 * @param points in order of falling threshold
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Curve(List<Point> points) {

  /**
   * One operating point.
   *
   * @param x false-positive rate (ROC) or recall (precision-recall)
   * @param y true-positive rate (ROC) or precision (precision-recall)
   * @param threshold scores at or above it are called; infinite where nothing is called
   */
  public record Point(double x, double y, double threshold) {}

  public Curve {
    points = List.copyOf(points);
  }

  /**
   * The ROC curve from (0, 0) to (1, 1). A point that continues the step before it (the same number
   * of further positives and negatives) is left out, as scikit-learn's {@code roc_curve} does: the
   * curve is the same without it.
   *
   * @throws IllegalArgumentException if there is only one class
   */
  public static Curve roc(double[] scores, boolean[] positive) {
    List<Step> steps = steps(scores, positive);
    Step last = steps.get(steps.size() - 1);
    if (last.truePositives == 0 || last.falsePositives == 0) {
      throw new IllegalArgumentException("a ROC curve needs both classes");
    }
    List<Point> points = new ArrayList<>();
    points.add(new Point(0, 0, Double.POSITIVE_INFINITY));
    for (int i = 0; i < steps.size(); i++) {
      if (i > 0 && i + 1 < steps.size() && continues(steps, i)) {
        continue;
      }
      Step step = steps.get(i);
      points.add(
          new Point(
              (double) step.falsePositives / last.falsePositives,
              (double) step.truePositives / last.truePositives,
              step.threshold));
    }
    return new Curve(points);
  }

  /**
   * The precision-recall curve; it starts at recall 0 with the first point's precision, so that it
   * can be drawn, and ends where all positives are found.
   *
   * @throws IllegalArgumentException if there is no positive
   */
  public static Curve precisionRecall(double[] scores, boolean[] positive) {
    List<Step> steps = steps(scores, positive);
    long positives = steps.get(steps.size() - 1).truePositives;
    if (positives == 0) {
      throw new IllegalArgumentException("a precision-recall curve needs a positive");
    }
    List<Point> points = new ArrayList<>();
    for (Step step : steps) {
      double precision = (double) step.truePositives / (step.truePositives + step.falsePositives);
      if (points.isEmpty()) {
        points.add(new Point(0, precision, Double.POSITIVE_INFINITY));
      }
      points.add(new Point((double) step.truePositives / positives, precision, step.threshold));
      if (step.truePositives == positives) {
        break;
      }
    }
    return new Curve(points);
  }

  /**
   * The curve's height at {@code x}, by straight lines between points; at a vertical piece its
   * upper end.
   */
  public double at(double x) {
    double best = Double.NaN;
    for (int i = 0; i < points.size(); i++) {
      Point here = points.get(i);
      if (here.x() == x) {
        best = Double.isNaN(best) ? here.y() : Math.max(best, here.y());
      } else if (here.x() > x) {
        if (i > 0 && Double.isNaN(best)) {
          Point before = points.get(i - 1);
          double share = (x - before.x()) / (here.x() - before.x());
          best = before.y() + share * (here.y() - before.y());
        }
        break;
      }
    }
    return best;
  }

  private static boolean continues(List<Step> steps, int i) {
    Step before = steps.get(i - 1);
    Step here = steps.get(i);
    Step after = steps.get(i + 1);
    return here.truePositives - before.truePositives == after.truePositives - here.truePositives
        && here.falsePositives - before.falsePositives
            == after.falsePositives - here.falsePositives;
  }

  private record Step(long truePositives, long falsePositives, double threshold) {}

  private static List<Step> steps(double[] scores, boolean[] positive) {
    Metrics.check(scores, positive);
    if (scores.length == 0) {
      throw new IllegalArgumentException("a curve needs at least one score");
    }
    int[] order = Sorting.descending(scores);
    List<Step> steps = new ArrayList<>();
    long truePositives = 0;
    for (int i = 0; i < order.length; i++) {
      if (positive[order[i]]) {
        truePositives++;
      }
      boolean lastOfTies = i + 1 == order.length || scores[order[i + 1]] != scores[order[i]];
      if (lastOfTies) {
        steps.add(new Step(truePositives, i + 1 - truePositives, scores[order[i]]));
      }
    }
    return steps;
  }
}
