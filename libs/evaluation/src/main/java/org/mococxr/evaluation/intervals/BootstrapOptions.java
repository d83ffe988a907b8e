package org.mococxr.evaluation.intervals;

/**
 * How intervals are made.
 *
 * @param replicates how many resamples, at least 2; 1,000 or more for stable ends
 * @param level confidence, for example 0.95
 * @param seed of the resamples
 * @param unit what counts as independent; null for patients where every study has one, else studies
 * @param method how the ends are found
 */
public record BootstrapOptions(int replicates, double level, long seed, Unit unit, Method method) {

  /** What is drawn with replacement. */
  public enum Unit {
    /** Studies: as the method does. */
    STUDY,
    /** Patients with all their studies: right where patients have several studies. */
    PATIENT
  }

  /** How intervals are made. */
  public enum Method {
    /**
     * {@link ScoreInterval} for a single task, which needs no resamples; percentiles for the mean
     * over several tasks.
     */
    SCORE,
    /** Percentiles of the replicates. */
    PERCENTILE,
    /** Bias-corrected and accelerated (Efron 1987). */
    BCA,
    /** The replicates that the reference takes, at level 0.95. */
    REFERENCE
  }

  public BootstrapOptions {
    if (replicates < 2) {
      throw new IllegalArgumentException("at least 2 replicates, not " + replicates);
    }
    Interval.requireLevel(level);
  }

  BootstrapOptions withUnit(Unit chosen) {
    return new BootstrapOptions(replicates, level, seed, chosen, method);
  }

  /** Score intervals, 1,000 resamples of studies where resamples are needed, level 0.95. */
  public static BootstrapOptions defaults(long seed) {
    return new BootstrapOptions(1000, 0.95, seed, Unit.STUDY, Method.SCORE);
  }
}
