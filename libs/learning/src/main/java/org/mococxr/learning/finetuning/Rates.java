package org.mococxr.learning.finetuning;

import org.mococxr.learning.optim.Plateau;
import org.mococxr.learning.optim.Schedule;

/** The learning rates of a fine-tuning run: constant within an epoch, no warm-up. */
final class Rates {
  private final FineTuneOptions options;
  private final Schedule schedule;
  private Plateau plateau;

  /**
   * Begins, or goes on.
   *
   * @param plateau where the run stands, {@link Plateau#START} at its beginning
   */
  Rates(FineTuneOptions options, Plateau plateau) {
    this.options = options;
    this.plateau = plateau;
    this.schedule =
        new Schedule(
            options.learningRate(),
            options.epochs(),
            0,
            switch (options.schedule()) {
              case "step" -> new Schedule.Every(options.milestones().getFirst(), options.gamma());
              case "multi_step" -> new Schedule.Steps(options.milestones(), options.gamma());
              case "cosine" -> new Schedule.Cosine(1);
              default -> new Schedule.Constant();
            });
  }

  double of(int epoch) {
    return schedule.rate(epoch, 0, 1) * plateau.factor();
  }

  /** Hears of an evaluation's validation metric (higher is better). */
  void evaluated(double metric) {
    if (options.schedule().equals("plateau")) {
      plateau = plateau.after(metric, options.gamma(), options.patience());
    }
  }

  Plateau plateau() {
    return plateau;
  }
}
