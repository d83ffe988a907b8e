package org.mococxr.evaluation.intervals;

/**
 * How to bootstrap.
 *
 * @param replicates how many resamples, at least 2; 1,000 or more for intervals worth the name
 * @param level confidence, for example 0.95
 * @param seed of the resamples
 * @param unit what is resampled
 * @param method how ends are read off the replicates
 */
public record BootstrapOptions(int replicates, double level, long seed, Unit unit, Method method) {

  /** What is drawn with replacement. */
  public enum Unit {
    /** Studies: as the method does. */
    STUDY,
    /** Patients with all their studies: right where patients have several studies. */
    PATIENT
  }

  /** How an interval's ends are read off the replicates. */
  public enum Method {
    /** Percentiles of the replicates. */
    PERCENTILE,
    /** Bias-corrected and accelerated (Efron 1987). */
    BCA
  }

  public BootstrapOptions {
    if (replicates < 2) {
      throw new IllegalArgumentException("at least 2 replicates, not " + replicates);
    }
    Interval.requireLevel(level);
  }

  /** 1,000 resamples of studies, level 0.95, percentiles. */
  public static BootstrapOptions defaults(long seed) {
    return new BootstrapOptions(1000, 0.95, seed, Unit.STUDY, Method.PERCENTILE);
  }
}
