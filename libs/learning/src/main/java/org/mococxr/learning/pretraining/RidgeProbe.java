package org.mococxr.learning.pretraining;

/**
 * A linear probe in closed form: ridge regression of ±1 labels on standardised features. It ranks
 * much like logistic regression does and needs no iterations, which is what a figure after each
 * epoch wants.
 */
final class RidgeProbe {
  /** Penalty per labelled image, in units of the standardised features' variance. */
  private static final double PENALTY = 0.1;

  private RidgeProbe() {}

  /**
   * Scores, higher for positives.
   *
   * @param train {@code [n][d]}
   * @param positive labels of {@code train}
   * @param test {@code [m][d]}
   */
  static double[] scores(double[][] train, boolean[] positive, double[][] test) {
    int n = train.length;
    int d = train[0].length;
    double[] mean = new double[d];
    double[] scale = new double[d];
    for (int j = 0; j < d; j++) {
      double squares = 0;
      for (double[] row : train) {
        mean[j] += row[j] / n;
      }
      for (double[] row : train) {
        squares += (row[j] - mean[j]) * (row[j] - mean[j]) / n;
      }
      scale[j] = squares > 1e-12 ? 1 / Math.sqrt(squares) : 0;
    }
    double base = 0;
    for (boolean p : positive) {
      base += (p ? 1.0 : -1.0) / n;
    }
    double[][] gram = new double[d][d];
    double[] right = new double[d];
    double[] x = new double[d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        x[j] = (train[i][j] - mean[j]) * scale[j];
      }
      double y = (positive[i] ? 1 : -1) - base;
      for (int a = 0; a < d; a++) {
        right[a] += x[a] * y;
        double[] row = gram[a];
        double xa = x[a];
        for (int b = 0; b <= a; b++) {
          row[b] += xa * x[b];
        }
      }
    }
    for (int a = 0; a < d; a++) {
      gram[a][a] += PENALTY * n;
    }
    double[] weights = solve(gram, right);
    double[] scores = new double[test.length];
    for (int i = 0; i < test.length; i++) {
      for (int j = 0; j < d; j++) {
        scores[i] += weights[j] * (test[i][j] - mean[j]) * scale[j];
      }
    }
    return scores;
  }

  /**
   * Cholesky's method; uses the lower triangle of a positive definite matrix, and overwrites it.
   */
  static double[] solve(double[][] a, double[] b) {
    int n = b.length;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= a[i][k] * a[j][k];
        }
        a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
      }
    }
    double[] x = b.clone();
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        x[i] -= a[i][k] * x[k];
      }
      x[i] /= a[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        x[i] -= a[k][i] * x[k];
      }
      x[i] /= a[i][i];
    }
    return x;
  }
}
