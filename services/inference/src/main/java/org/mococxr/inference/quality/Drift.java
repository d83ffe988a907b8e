package org.mococxr.inference.quality;

import org.mococxr.inference.bundle.Reference;

/**
 * How far the latest probabilities of a task lie from those of the test, as the population
 * stability index: Σ (a − e) · ln(a / e) over the parts of the reference, where a is a part's share
 * of the latest and e its share of the test. Half a case is added to each part of both, so that an
 * empty one has a finite value. Without a change its expectation is about (parts − 1) · (1 / latest
 * + 1 / studies). Safe for use by many threads.
 */
public final class Drift {
  /** How many probabilities count at most. */
  public static final int LATEST = 1000;

  /** With fewer there is no index. */
  public static final int LEAST = 100;

  private static final double HALF_A_CASE = 0.5;

  private final Reference reference;
  private final int[] parts = new int[LATEST];
  private final int[] counts;
  private long seen;

  /** Compares with {@code reference}. */
  public Drift(Reference reference) {
    this.reference = reference;
    this.counts = new int[reference.shares().size()];
  }

  /** Takes a probability that was answered; it takes the place of the oldest one. */
  public synchronized void add(double probability) {
    int place = (int) (seen % LATEST);
    if (seen >= LATEST) {
      counts[parts[place]]--;
    }
    parts[place] = reference.part(probability);
    counts[parts[place]]++;
    seen++;
  }

  /** The population stability index; NaN when there are too few probabilities. */
  public synchronized double index() {
    long latest = Math.min(seen, LATEST);
    if (latest < LEAST) {
      return Double.NaN;
    }
    double sum = 0;
    double extra = HALF_A_CASE * counts.length;
    for (int part = 0; part < counts.length; part++) {
      double actual = (counts[part] + HALF_A_CASE) / (latest + extra);
      double expected =
          (reference.shares().get(part) * reference.studies() + HALF_A_CASE)
              / (reference.studies() + extra);
      sum += (actual - expected) * Math.log(actual / expected);
    }
    return sum;
  }
}
