package org.mococxr.learning.pretraining;

import org.mococxr.learning.moco.StepFigures;

/** Means over some steps in turn. */
final class Meter {
  private int steps;
  private double loss;
  private double acc1;
  private double acc5;
  private double positive;
  private double negative;
  private double spread;
  private double rate;
  private long waited;
  private long taken;

  /** What the steps were like. */
  record Means(
      double loss,
      double acc1,
      double acc5,
      double positive,
      double negative,
      double spread,
      double rate,
      double dataWait,
      double stepsPerSecond) {}

  void add(StepFigures f, double stepRate, long waitedNanos, long takenNanos) {
    steps++;
    loss += f.loss();
    acc1 += f.acc1();
    acc5 += f.acc5();
    positive += f.positiveSimilarity();
    negative += f.negativeSimilarity();
    spread += f.spread();
    rate = stepRate;
    waited += waitedNanos;
    taken += takenNanos;
  }

  Means means() {
    return new Means(
        loss / steps,
        acc1 / steps,
        acc5 / steps,
        positive / steps,
        negative / steps,
        spread / steps,
        rate,
        (double) waited / taken,
        steps / (taken / 1e9));
  }
}
