package org.mococxr.learning.finetuning;

import org.mococxr.learning.optim.Plateau;
import org.mococxr.learning.optim.Schedule;
import org.mococxr.specs.training.FineTuningOptions;

/** The learning rates of a fine-tuning run: constant within an epoch, no warm-up. */
final class Rates {
  private final FineTuningOptions told;
  private final Schedule schedule;
  private Plateau plateau;

  /**
   * Begins, or goes on.
   *
   * @param plateau where the run stands, {@link Plateau#START} at its beginning
   */
  Rates(FineTuningOptions told, Plateau plateau) {
    this.told = told;
    this.plateau = plateau;
    this.schedule =
        new Schedule(
            told.learningRate(),
            told.epochs(),
            0,
            switch (told.schedule()) {
              case STEP -> new Schedule.Every(told.milestones().getFirst(), told.gamma());
              case MULTI_STEP -> new Schedule.Steps(told.milestones(), told.gamma());
              case COSINE -> new Schedule.Cosine(1);
              case NONE, PLATEAU -> new Schedule.Constant();
            });
  }

  double of(int epoch) {
    return schedule.rate(epoch, 0, 1) * plateau.factor();
  }

  /** Receives an evaluation's validation metric (higher is better). */
  void evaluated(double metric) {
    if (told.schedule() == FineTuningOptions.Schedule.PLATEAU) {
      plateau = plateau.after(metric, told.gamma(), told.patience());
    }
  }

  Plateau plateau() {
    return plateau;
  }
}
