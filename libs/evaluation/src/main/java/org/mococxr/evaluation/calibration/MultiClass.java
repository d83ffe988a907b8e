package org.mococxr.evaluation.calibration;

import java.util.Arrays;

/**
 * Probabilities of classes of which exactly one is true: {@code [studies][classes]}, each row adds
 * up to 1. The truth is the class's index, or −1 where it is not known.
 */
public final class MultiClass {
  private MultiClass() {}

  /** The softmax of the logits over a temperature, from the softmax of the logits themselves. */
  public static double[][] scaled(double[][] probabilities, double temperature) {
    return Arrays.stream(probabilities)
        .map(row -> scaled(row, temperature))
        .toArray(double[][]::new);
  }

  private static double[] scaled(double[] row, double temperature) {
    double largest = Arrays.stream(row).max().orElseThrow();
    double[] powers =
        Arrays.stream(row).map(p -> Math.exp(Math.log(p / largest) / temperature)).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(power -> power / sum).toArray();
  }

  /**
   * The temperature with the smallest {@link #logLoss} (Guo et al. 2017).
   *
   * @return no calibration if no study's class is known, or if every known class is the most
   *     probable one: the loss then falls as the temperature does, and nothing says how far
   */
  public static Calibration temperature(double[][] probabilities, int[] classes) {
    double accuracy = accuracy(probabilities, classes);
    return Double.isNaN(accuracy) || accuracy == 1
        ? new Calibration.None()
        : Temperature.best(t -> logLoss(scaled(probabilities, t), classes));
  }

  /** Mean of −ln of the true class's probability; NaN if no study's class is known. */
  public static double logLoss(double[][] probabilities, int[] classes) {
    double sum = 0;
    int known = 0;
    for (int s = 0; s < classes.length; s++) {
      if (classes[s] >= 0) {
        sum -= Math.log(Math.max(probabilities[s][classes[s]], Double.MIN_NORMAL));
        known++;
      }
    }
    return known == 0 ? Double.NaN : sum / known;
  }

  /** Share of studies whose most probable class is the true one; NaN if none is known. */
  public static double accuracy(double[][] probabilities, int[] classes) {
    int right = 0;
    int known = 0;
    for (int s = 0; s < classes.length; s++) {
      if (classes[s] >= 0) {
        double largest = Arrays.stream(probabilities[s]).max().orElseThrow();
        right += probabilities[s][classes[s]] == largest ? 1 : 0;
        known++;
      }
    }
    return known == 0 ? Double.NaN : (double) right / known;
  }
}
