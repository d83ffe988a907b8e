package org.mococxr.learning.pretraining;

/**
 * Scores by the labels of the nearest labelled images (Wu et al. 2018): the k most similar by
 * cosine vote with weight exp(similarity / 0.07).
 */
final class NeighbourProbe {
  private static final double TEMPERATURE = 0.07;

  private NeighbourProbe() {}

  /**
   * Scores in [0, 1], higher for positives.
   *
   * @param train {@code [n][d]}, each of length 1
   * @param positive labels of {@code train}
   * @param test {@code [m][d]}, each of length 1
   */
  static double[] scores(double[][] train, boolean[] positive, double[][] test, int neighbours) {
    int k = Math.min(neighbours, train.length);
    double[] scores = new double[test.length];
    for (int i = 0; i < test.length; i++) {
      double[] best = new double[k];
      boolean[] votes = new boolean[k];
      int found = 0;
      for (int j = 0; j < train.length; j++) {
        double similarity = dot(test[i], train[j]);
        if (found < k || similarity > best[found - 1]) {
          int at = found < k ? found++ : k - 1;
          while (at > 0 && best[at - 1] < similarity) {
            best[at] = best[at - 1];
            votes[at] = votes[at - 1];
            at--;
          }
          best[at] = similarity;
          votes[at] = positive[j];
        }
      }
      double total = 0;
      double yes = 0;
      for (int j = 0; j < found; j++) {
        double weight = Math.exp((best[j] - best[0]) / TEMPERATURE);
        total += weight;
        yes += votes[j] ? weight : 0;
      }
      scores[i] = yes / total;
    }
    return scores;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
