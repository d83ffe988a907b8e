package org.mococxr.evaluation.intervals;

import org.mococxr.evaluation.metrics.Sorting;

/**
 * One model's scores of one task, sorted once, so that the AUROC of any resample is one pass over
 * the studies with a weight for each.
 */
final class Ranking {
  /** Labelled studies' positions in the sample, lowest score first. */
  private final int[] order;

  /** Whether the study at the same place of {@link #order} is positive. */
  private final boolean[] positive;

  /** Whether the score at a place equals the one after it. */
  private final boolean[] tiedWithNext;

  private final boolean ties;

  /**
   * @param scores by study
   * @param labels by study: 1 positive, 0 negative, NaN not known (left out)
   */
  Ranking(double[] scores, double[] labels) {
    int count = 0;
    int[] kept = new int[scores.length];
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isNaN(labels[i])) {
        kept[count++] = i;
      }
    }
    double[] keptScores = new double[count];
    for (int i = 0; i < count; i++) {
      keptScores[i] = scores[kept[i]];
    }
    int[] ascending = Sorting.ascending(keptScores);
    order = new int[count];
    positive = new boolean[count];
    tiedWithNext = new boolean[count];
    boolean anyTie = false;
    for (int i = 0; i < count; i++) {
      order[i] = kept[ascending[i]];
      positive[i] = labels[order[i]] == 1;
      tiedWithNext[i] = i + 1 < count && scores[order[i]] == scores[kept[ascending[i + 1]]];
      anyTie |= tiedWithNext[i];
    }
    ties = anyTie;
  }

  /** AUROC when study i counts {@code weights[i]} times; NaN if a class has no weight. */
  double auroc(int[] weights) {
    return ties ? aurocWithTies(weights) : aurocWithoutTies(weights);
  }

  private double aurocWithoutTies(int[] weights) {
    long negatives = 0;
    long total = 0;
    long wins = 0;
    for (int i = 0; i < order.length; i++) {
      long weight = weights[order[i]];
      // Branch-free: labels are unpredictable, so a branch would cost more than two
      // multiplications.
      long weightIfPositive = positive[i] ? weight : 0;
      wins += weightIfPositive * negatives;
      negatives += weight - weightIfPositive;
      total += weight;
    }
    return ratio(wins, total - negatives, negatives);
  }

  private double aurocWithTies(int[] weights) {
    long negatives = 0;
    long positives = 0;
    long doubleWins = 0;
    long negativesHere = 0;
    long positivesHere = 0;
    for (int i = 0; i < order.length; i++) {
      long weight = weights[order[i]];
      long weightIfPositive = positive[i] ? weight : 0;
      positivesHere += weightIfPositive;
      negativesHere += weight - weightIfPositive;
      if (!tiedWithNext[i]) {
        doubleWins += positivesHere * (2 * negatives + negativesHere);
        negatives += negativesHere;
        positives += positivesHere;
        negativesHere = 0;
        positivesHere = 0;
      }
    }
    return ratio(doubleWins / 2.0, positives, negatives);
  }

  private static double ratio(double wins, long positives, long negatives) {
    return positives == 0 || negatives == 0 ? Double.NaN : wins / positives / negatives;
  }
}
