package org.mococxr.evaluation.metrics;

import java.util.Arrays;

/** Sorting indices by a score. */
public final class Sorting {
  private Sorting() {}

  /** Indices of {@code scores}, highest score first; equal scores stand beside each other. */
  public static int[] descending(double[] scores) {
    int[] ascending = ascending(scores);
    for (int i = 0, j = ascending.length - 1; i < j; i++, j--) {
      int swap = ascending[i];
      ascending[i] = ascending[j];
      ascending[j] = swap;
    }
    return ascending;
  }

  /** Indices of {@code scores}, lowest score first; equal scores in the order of their index. */
  public static int[] ascending(double[] scores) {
    Integer[] boxed = new Integer[scores.length];
    Arrays.setAll(boxed, i -> i);
    // 0.0 and -0.0 must count as equal, which Double.compare denies: hence the addition.
    Arrays.sort(boxed, (a, b) -> Double.compare(scores[a] + 0.0, scores[b] + 0.0));
    int[] order = new int[boxed.length];
    Arrays.setAll(order, i -> boxed[i]);
    return order;
  }
}
