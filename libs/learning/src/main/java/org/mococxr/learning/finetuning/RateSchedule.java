package org.mococxr.learning.finetuning;

/**
 * The learning rate over a run: constant, decayed at epochs, by the cosine, or when validation
 * stands still (not below 10⁻³ of the initial rate).
 */
final class RateSchedule {
  private static final double PLATEAU_FLOOR = 1e-3;

  /** Relative gain that counts, as in torch's ReduceLROnPlateau. */
  private static final double PLATEAU_GAIN = 1e-4;

  private final FineTuneOptions options;
  private double plateauFactor;
  private double best;
  private int stale;

  private RateSchedule(FineTuneOptions options, double factor, double best, int stale) {
    this.options = options;
    this.plateauFactor = factor;
    this.best = best;
    this.stale = stale;
  }

  static RateSchedule of(FineTuneOptions options) {
    return new RateSchedule(options, 1, Double.NEGATIVE_INFINITY, 0);
  }

  /** What {@code plateau} remembers. */
  record State(double factor, double best, int stale) {}

  State state() {
    return new State(plateauFactor, best, stale);
  }

  static RateSchedule resumed(FineTuneOptions options, State s) {
    return new RateSchedule(options, s.factor, s.best, s.stale);
  }

  double rate(int epoch) {
    double initial = options.learningRate();
    return switch (options.schedule()) {
      case "step" -> initial * Math.pow(options.gamma(), epoch / options.milestones().getFirst());
      case "multi_step" ->
          initial
              * Math.pow(
                  options.gamma(), options.milestones().stream().filter(m -> epoch >= m).count());
      case "cosine" -> initial * 0.5 * (1 + Math.cos(Math.PI * epoch / options.epochs()));
      case "plateau" -> initial * plateauFactor;
      default -> initial;
    };
  }

  /** Hears of an evaluation's validation metric (higher is better). */
  void evaluated(double metric) {
    if (metric > best + Math.abs(best) * PLATEAU_GAIN || best == Double.NEGATIVE_INFINITY) {
      best = metric;
      stale = 0;
    } else if (++stale > options.patience()) {
      plateauFactor = Math.max(PLATEAU_FLOOR, plateauFactor * options.gamma());
      stale = 0;
    }
  }
}
