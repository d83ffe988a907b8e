package org.mococxr.evaluation.intervals;

/** The standard normal distribution, to nearly full double precision. */
public final class Normal {
  private static final double SQRT_2_PI = Math.sqrt(2 * Math.PI);

  private Normal() {}

  /** Density at {@code x}. */
  public static double density(double x) {
    return Math.exp(-x * x / 2) / SQRT_2_PI;
  }

  /** Probability of a value at or below {@code x}. */
  public static double cdf(double x) {
    return x < 0 ? upperTail(-x) : 1 - upperTail(x);
  }

  /** Two-sided p-value of a z statistic: the probability of one at least as far from 0. */
  public static double twoSided(double z) {
    return Math.min(1, 2 * upperTail(Math.abs(z)));
  }

  /**
   * Probability of a value above {@code x} ≥ 0: a series near 0, Lentz's continued fraction far.
   */
  private static double upperTail(double x) {
    if (Double.isNaN(x)) {
      return Double.NaN;
    }
    if (x < 2.5) {
      double term = x;
      double sum = x;
      for (int k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
        term *= x * x / k;
        sum += term;
      }
      return 0.5 - density(x) * sum;
    }
    if (x > 38.5) {
      return 0;
    }
    double fraction = x;
    for (int k = 150; k >= 1; k--) {
      fraction = x + k / fraction;
    }
    return density(x) / fraction;
  }

  /**
   * The value that a share {@code p} lies below: a start by Abramowitz and Stegun 26.2.23, then
   * Halley steps on {@link #cdf}.
   *
   * @param p in [0, 1]; 0 and 1 give infinities
   */
  public static double quantile(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("a probability is in [0, 1], not " + p);
    }
    if (p == 0 || p == 1) {
      return p == 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (p > 0.5) {
      return -quantile(1 - p);
    }
    double t = Math.sqrt(-2 * Math.log(p));
    double x =
        -(t
            - (2.515517 + t * (0.802853 + t * 0.010328))
                / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
    for (int i = 0; i < 4; i++) {
      double u = (cdf(x) - p) / density(x);
      x -= u / (1 + x * u / 2);
    }
    return x;
  }
}
