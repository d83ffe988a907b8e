package org.mococxr.specs.training;

/** How long to train and how often to look, by the fraction of labels (method.md §4). */
public final class EpochPlan {
  private EpochPlan() {}

  /** {@code int(5 · 4^(log8(1 / fraction)))}: 5 at 1, 23 at 0.1, 107 at 0.01, 500 at 0.001. */
  public static int epochs(double fraction) {
    double exact = 5 * Math.pow(4, Math.log(1 / fraction) / Math.log(8));
    // 0.001 is 500 in exact arithmetic; an error in the last bits must not make it 499.
    return (int) (exact + 1e-9);
  }

  /** {@code min(2^17 · fraction, 8192)}, at least 1. */
  public static int imagesBetweenEvaluations(double fraction) {
    return (int) Math.max(1, Math.min(131072 * fraction, 8192));
  }
}
