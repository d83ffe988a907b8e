package org.mococxr.inference.model;

import java.util.Arrays;

/**
 * Chooses how many of the waiting images one computation takes, by what computations have cost so
 * far. On a CPU a large batch may be no faster per image than single ones, and everybody in it
 * waits for all of it: a larger size is taken only where it pays. Not safe for several threads.
 */
final class BatchSizes {
  /** What a larger batch must save per image. */
  private static final double WORTHWHILE = 0.03;

  /** Weight of the newest cost. */
  private static final double NEWEST = 0.2;

  /** After so many choices a neighbouring size is tried, since costs change with the load. */
  private static final int TRY_AGAIN = 200;

  private final int most;

  /** Cost per image of batches of 2^i to 2^(i+1) − 1 images, in seconds; NaN when unknown. */
  private final double[] costs;

  private int choices;

  /**
   * @param most images of one computation
   */
  BatchSizes(int most) {
    this.most = most;
    this.costs = new double[Integer.numberOfTrailingZeros(Integer.highestOneBit(most)) + 1];
    Arrays.fill(costs, Double.NaN);
  }

  /** Images to take of {@code waiting}, at least 1. */
  int choose(int waiting) {
    int possible = Math.min(waiting, most);
    int largest = bucket(possible);
    int best = 0;
    for (int i = 0; i <= largest; i++) {
      if (Double.isNaN(costs[i])) {
        best = i; // not known yet: try it
        break;
      }
      if (costs[i] < costs[best] * (1 - WORTHWHILE)) {
        best = i;
      }
    }
    choices++;
    if (choices % TRY_AGAIN == 0 && largest > 0) {
      best = best < largest ? best + 1 : best - 1;
    }
    return best == largest ? possible : 1 << best;
  }

  /** A computation of {@code images} took that long. */
  void record(int images, long nanos) {
    int i = bucket(Math.min(images, most));
    double cost = nanos / 1e9 / images;
    costs[i] = Double.isNaN(costs[i]) ? cost : (1 - NEWEST) * costs[i] + NEWEST * cost;
  }

  private static int bucket(int images) {
    return 31 - Integer.numberOfLeadingZeros(images);
  }
}
