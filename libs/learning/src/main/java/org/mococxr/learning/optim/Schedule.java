package org.mococxr.learning.optim;

import java.util.List;

/**
 * The learning rate over a run, constant within an epoch but for the warm-up.
 *
 * @param base learning rate
 * @param epochs of the whole run
 * @param warmupEpochs over which the rate rises linearly from base / steps, step by step
 * @param decay what happens over the epochs
 */
public record Schedule(double base, int epochs, double warmupEpochs, Decay decay) {

  /** How the rate falls. */
  public sealed interface Decay {}

  /** Not at all. */
  public record Constant() implements Decay {}

  /** Times {@code gamma} at each of the epochs. */
  public record Steps(List<Integer> milestones, double gamma) implements Decay {
    public Steps {
      milestones = List.copyOf(milestones);
    }
  }

  /** Times {@code gamma} every so many epochs. */
  public record Every(int epochs, double gamma) implements Decay {}

  /** Half a cosine over {@code rate} times the run; rate 1 ends at zero, the reference has 4. */
  public record Cosine(double rate) implements Decay {}

  /**
   * The rate of a step.
   *
   * @param epoch from 0
   * @param step in the epoch, from 0
   * @param stepsPerEpoch number of steps in an epoch
   */
  public double rate(int epoch, int step, int stepsPerEpoch) {
    double done = epoch + (double) (step + 1) / stepsPerEpoch;
    double warm = done < warmupEpochs ? done / warmupEpochs : 1;
    return warm
        * switch (decay) {
          case Constant c -> base;
          case Steps s ->
              base * Math.pow(s.gamma(), s.milestones().stream().filter(m -> epoch >= m).count());
          case Every e -> base * Math.pow(e.gamma(), epoch / e.epochs());
          case Cosine c -> base * 0.5 * (1 + Math.cos(Math.PI * epoch / epochs / c.rate()));
        };
  }
}
