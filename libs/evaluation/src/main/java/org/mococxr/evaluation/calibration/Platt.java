package org.mococxr.evaluation.calibration;

import org.mococxr.evaluation.metrics.Metrics;

/**
 * Platt scaling: σ(weight · probability + intercept), a logistic regression of the truth on the
 * probability (Platt 1999; method.md §5).
 *
 * @param weight of the probability
 * @param intercept added to it
 */
public record Platt(double weight, double intercept) implements Calibration {
  /** The inverse strength of the penalty that the method prescribes. */
  public static final double C = 15;

  @Override
  public double apply(double probability) {
    return Calibration.sigmoid(weight * probability + intercept);
  }

  /** Fits with the prescribed {@link #C}. */
  public static Platt fit(double[] probabilities, boolean[] positive) {
    return fit(probabilities, positive, C);
  }

  /**
   * Minimises weight² / 2 + c · Σ log-loss by Newton's method; the intercept is not penalised, as
   * in scikit-learn's {@code LogisticRegression(C = c)}. The objective is strictly convex when both
   * classes occur, and steps that do not lower it are halved, so that it always converges.
   *
   * @throws IllegalArgumentException if there is only one class
   */
  public static Platt fit(double[] probabilities, boolean[] positive, double c) {
    int positives = Metrics.positives(positive);
    if (positives == 0 || positives == positive.length) {
      throw new IllegalArgumentException("calibration needs both classes");
    }
    double weight = 0;
    double intercept = 0;
    double loss = objective(probabilities, positive, c, weight, intercept);
    for (int iteration = 0; iteration < 100; iteration++) {
      double gradientW = weight;
      double gradientB = 0;
      double hessianWW = 1;
      double hessianWB = 0;
      double hessianBB = 0;
      for (int i = 0; i < probabilities.length; i++) {
        double x = probabilities[i];
        double p = Calibration.sigmoid(weight * x + intercept);
        double residual = c * (p - (positive[i] ? 1 : 0));
        double curvature = c * p * (1 - p);
        gradientW += residual * x;
        gradientB += residual;
        hessianWW += curvature * x * x;
        hessianWB += curvature * x;
        hessianBB += curvature;
      }
      double determinant = hessianWW * hessianBB - hessianWB * hessianWB;
      double stepW = (hessianBB * gradientW - hessianWB * gradientB) / determinant;
      double stepB = (hessianWW * gradientB - hessianWB * gradientW) / determinant;
      double scale = 1;
      double next = objective(probabilities, positive, c, weight - stepW, intercept - stepB);
      while (!(next <= loss) && scale > 1e-10) {
        scale /= 2;
        next =
            objective(
                probabilities, positive, c, weight - scale * stepW, intercept - scale * stepB);
      }
      if (!(next <= loss)) {
        break;
      }
      weight -= scale * stepW;
      intercept -= scale * stepB;
      loss = next;
      if (Math.abs(stepW) + Math.abs(stepB) < 1e-12 * (1 + Math.abs(weight))) {
        break;
      }
    }
    return new Platt(weight, intercept);
  }

  private static double objective(
      double[] probabilities, boolean[] positive, double c, double weight, double intercept) {
    double sum = 0;
    for (int i = 0; i < probabilities.length; i++) {
      double z = weight * probabilities[i] + intercept;
      // log(1 + e^z) − y·z, written so that neither sign of z overflows.
      sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (positive[i] ? z : 0);
    }
    return weight * weight / 2 + c * sum;
  }
}
