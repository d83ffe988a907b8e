package org.mococxr.evaluation.intervals;

import org.mococxr.specs.run.IntervalOptions;

/**
 * How intervals are made.
 *
 * @param replicates how many resamples, at least 2; 1,000 or more for stable ends
 * @param level confidence, for example 0.95
 * @param seed of the resamples
 * @param unit what counts as independent; null for patients where every study has one, else studies
 * @param method how the ends are found
 */
public record BootstrapOptions(
    int replicates,
    double level,
    long seed,
    IntervalOptions.Unit unit,
    IntervalOptions.Method method) {

  public BootstrapOptions {
    if (replicates < 2) {
      throw new IllegalArgumentException("at least 2 replicates, not " + replicates);
    }
    Interval.requireLevel(level);
  }

  BootstrapOptions withUnit(IntervalOptions.Unit chosen) {
    return new BootstrapOptions(replicates, level, seed, chosen, method);
  }

  /** Score intervals, 1,000 resamples of studies where resamples are needed, level 0.95. */
  public static BootstrapOptions defaults(long seed) {
    return new BootstrapOptions(
        1000, 0.95, seed, IntervalOptions.Unit.STUDY, IntervalOptions.Method.SCORE);
  }
}
