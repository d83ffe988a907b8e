package org.mococxr.imaging.outliers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Thresholds that a share of the pictures exceeds which the statistics have not seen. */
public final class Thresholds {
  /** Share of a validation set that lies below. */
  public static final double BELOW = 0.99;

  private static final int FOLDS = 5;

  private Thresholds() {}

  /**
   * Scores each row by what was fitted to the rows of the other folds.
   *
   * @param fit gives the score of a row by what it fits to its argument
   */
  public static double[] crossFitted(
      List<double[]> rows, Function<List<double[]>, ToDoubleFunction<double[]>> fit) {
    double[] scores = new double[rows.size()];
    for (int fold = 0; fold < FOLDS; fold++) {
      List<double[]> others = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        if (i % FOLDS != fold) {
          others.add(rows.get(i));
        }
      }
      ToDoubleFunction<double[]> score = fit.apply(others);
      for (int i = fold; i < rows.size(); i += FOLDS) {
        scores[i] = score.applyAsDouble(rows.get(i));
      }
    }
    return scores;
  }

  /** The smallest score that at least {@link #BELOW} of them do not exceed. */
  public static double of(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(BELOW * sorted.length) - 1];
  }
}
