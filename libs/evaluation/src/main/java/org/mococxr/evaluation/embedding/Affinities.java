package org.mococxr.evaluation.embedding;

/**
 * How near points are to each other before they are laid out: van der Maaten and Hinton,
 * "Visualizing data using t-SNE", JMLR 9 (2008), sections 2 and 3.1.
 *
 * <p>StrictMath throughout, so that a layout has the same bits on every machine.
 */
final class Affinities {
  /** Precision of a perplexity's logarithm, in nats. */
  static final double TOLERANCE = 1e-6;

  /** Halvings of the interval in which a precision is sought: more than a double can tell apart. */
  private static final int SEARCH = 200;

  private Affinities() {}

  /**
   * Squared Euclidean distances.
   *
   * @param points {@code [n][d]}
   * @return {@code [n][n]}, symmetric
   */
  static double[][] squaredDistances(double[][] points) {
    int n = points.length;
    double[][] distances = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double sum = 0;
        for (int k = 0; k < points[i].length; k++) {
          double difference = points[i][k] - points[j][k];
          sum += difference * difference;
        }
        distances[i][j] = sum;
        distances[j][i] = sum;
      }
    }
    return distances;
  }

  /**
   * p(j | i) ∝ exp(−β‖xᵢ − xⱼ‖²), with β such that the distribution's perplexity is the one asked
   * for. Where more points than that share the smallest distance, no β is; then they share all.
   *
   * @param distances of the point to all, squared
   * @param point i, whose own share is 0
   * @param perplexity in (1, n − 1)
   */
  static double[] conditional(double[] distances, int point, double perplexity) {
    double nearest = Double.POSITIVE_INFINITY;
    double sum = 0;
    for (int j = 0; j < distances.length; j++) {
      if (j != point) {
        nearest = Math.min(nearest, distances[j]);
        sum += distances[j];
      }
    }
    double mean = sum / (distances.length - 1) - nearest;
    double wanted = StrictMath.log(perplexity);
    double[] shares = new double[distances.length];
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double beta = mean > 0 ? 1 / mean : 1;
    for (int step = 0; step < SEARCH; step++) {
      double entropy = shares(distances, point, nearest, beta, shares);
      if (Math.abs(entropy - wanted) < TOLERANCE) {
        break;
      }
      if (entropy > wanted) {
        low = beta;
        beta = high == Double.POSITIVE_INFINITY ? 2 * beta : (low + high) / 2;
      } else {
        high = beta;
        beta = (low + high) / 2;
      }
      if (Double.isInfinite(beta)) {
        break;
      }
    }
    return shares;
  }

  /** Fills in p(j | i) for a β; answers the entropy in nats. */
  private static double shares(
      double[] distances, int point, double nearest, double beta, double[] into) {
    double total = 0;
    double weighted = 0;
    for (int j = 0; j < distances.length; j++) {
      // Less the nearest: the ratio is the same and nothing underflows as a whole.
      double further = distances[j] - nearest;
      into[j] = j == point ? 0 : StrictMath.exp(-beta * further);
      total += into[j];
      weighted += j == point ? 0 : into[j] * further;
    }
    for (int j = 0; j < into.length; j++) {
      into[j] /= total;
    }
    return StrictMath.log(total) + beta * weighted / total;
  }

  /**
   * p(i, j) = (p(j | i) + p(i | j)) / 2n.
   *
   * @return {@code [n][n]}, symmetric, of sum 1
   */
  static double[][] joint(double[][] points, double perplexity) {
    int n = points.length;
    double[][] distances = squaredDistances(points);
    double[][] joint = new double[n][];
    for (int i = 0; i < n; i++) {
      joint[i] = conditional(distances[i], i, perplexity);
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double mean = (joint[i][j] + joint[j][i]) / (2 * n);
        joint[i][j] = mean;
        joint[j][i] = mean;
      }
    }
    return joint;
  }
}
