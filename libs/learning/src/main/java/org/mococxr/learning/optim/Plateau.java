package org.mococxr.learning.optim;

/**
 * A factor of the learning rate that falls when validation stands still, as torch's {@code
 * ReduceLROnPlateau} has it with a relative threshold of 10⁻⁴. What it remembers is part of a
 * checkpoint.
 *
 * @param factor of the rate, from 1 down to 10⁻³
 * @param best the best metric so far; negative infinity before the first
 * @param stale evaluations since the best, or since the factor last fell
 */
public record Plateau(double factor, double best, int stale) {
  /** The start of a run. */
  public static final Plateau START = new Plateau(1, Double.NEGATIVE_INFINITY, 0);

  private static final double FLOOR = 1e-3;
  private static final double GAIN = 1e-4;

  /**
   * After an evaluation.
   *
   * @param metric on validation, higher is better
   * @param gamma what the factor is multiplied by
   * @param patience evaluations without gain that are waited for
   */
  public Plateau after(double metric, double gamma, int patience) {
    if (metric > best + Math.abs(best) * GAIN || best == Double.NEGATIVE_INFINITY) {
      return new Plateau(factor, metric, 0);
    }
    return stale + 1 > patience
        ? new Plateau(Math.max(FLOOR, factor * gamma), best, 0)
        : new Plateau(factor, best, stale + 1);
  }
}
