package org.mococxr.learning.finetuning;

/**
 * Centres each feature and scales it to variance 1 over the training rows, so that one penalty fits
 * all; folds itself into the weights afterwards.
 *
 * @param mean {@code [d]}
 * @param scale {@code [d]}, 1 / standard deviation
 */
record Standardisation(float[] mean, float[] scale) {
  /**
   * A feature that hardly varies among a few images may vary elsewhere: no standard deviation
   * counts as less than this share of the average one.
   */
  private static final double FLOOR = 0.05;

  static Standardisation of(float[] features, int d) {
    int n = features.length / d;
    double[] sum = new double[d];
    for (int i = 0; i < features.length; i++) {
      sum[i % d] += features[i];
    }
    double[] squares = new double[d];
    for (int i = 0; i < features.length; i++) {
      double distance = features[i] - sum[i % d] / n;
      squares[i % d] += distance * distance;
    }
    double average = 0;
    for (double s : squares) {
      average += Math.sqrt(s / n) / d;
    }
    float[] mean = new float[d];
    float[] scale = new float[d];
    for (int j = 0; j < d; j++) {
      mean[j] = (float) (sum[j] / n);
      double deviation = Math.max(Math.sqrt(squares[j] / n), FLOOR * average);
      scale[j] = deviation > 0 ? (float) (1 / deviation) : 1;
    }
    return new Standardisation(mean, scale);
  }

  /** Standardised copies of rows. */
  float[] apply(float[] features) {
    int d = mean.length;
    float[] out = new float[features.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (features[i] - mean[i % d]) * scale[i % d];
    }
    return out;
  }

  /** Weights and bias on standardised features as such on the features themselves. */
  void unfold(double[] x, int from, float[] weight, int to, float[] bias, int output) {
    int d = mean.length;
    double b = x[from + d];
    for (int j = 0; j < d; j++) {
      double w = x[from + j] * scale[j];
      weight[to + j] = (float) w;
      b -= w * mean[j];
    }
    bias[output] = (float) b;
  }
}
