package org.mococxr.evaluation.intervals;

/**
 * An estimate with its confidence interval.
 *
 * @param estimate the value on the sample itself
 * @param lower the interval's lower end
 * @param upper its upper end
 * @param level the confidence asked for, for example 0.95
 * @param standardError of the estimate
 * @param method how it was computed: {@code score}, {@code percentile}, {@code bca} or {@code
 *     delong}
 */
public record Interval(
    double estimate,
    double lower,
    double upper,
    double level,
    double standardError,
    String method) {

  /** Whether the interval leaves zero outside: for differences. */
  public boolean excludesZero() {
    return lower > 0 || upper < 0;
  }

  static double requireLevel(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("a confidence level is in (0, 1), not " + level);
    }
    return level;
  }
}
