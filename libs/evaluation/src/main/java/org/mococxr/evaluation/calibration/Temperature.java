package org.mococxr.evaluation.calibration;

import java.util.function.DoubleUnaryOperator;
import org.mococxr.evaluation.metrics.Metrics;

/**
 * Temperature scaling: σ(logit / temperature) (Guo et al. 2017). Changes how sure the model is,
 * never which study it ranks higher.
 *
 * @param temperature above 0; above 1 softens, below 1 sharpens
 */
public record Temperature(double temperature) implements Calibration {
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  public Temperature {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("a temperature is above 0, not " + temperature);
    }
  }

  @Override
  public double apply(double probability) {
    return Calibration.sigmoid(Calibration.logit(probability) / temperature);
  }

  /**
   * The temperature in [0.01, 100] with the smallest log-loss. The loss is convex in 1 /
   * temperature; golden-section search on its logarithm finds the minimum to 1e-10.
   *
   * @throws IllegalArgumentException if there is no label
   */
  public static Temperature fit(double[] probabilities, boolean[] positive) {
    if (probabilities.length == 0) {
      throw new IllegalArgumentException("calibration needs labels");
    }
    return best(
        temperature ->
            Metrics.logLoss(new Temperature(temperature).apply(probabilities), positive));
  }

  /** The temperature in [0.01, 100] with the smallest loss, which is convex in its inverse. */
  static Temperature best(DoubleUnaryOperator loss) {
    double low = Math.log(0.01);
    double high = Math.log(100);
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double lossLeft = loss.applyAsDouble(Math.exp(left));
    double lossRight = loss.applyAsDouble(Math.exp(right));
    while (high - low > 1e-10) {
      if (lossLeft <= lossRight) {
        high = right;
        right = left;
        lossRight = lossLeft;
        left = high - GOLDEN * (high - low);
        lossLeft = loss.applyAsDouble(Math.exp(left));
      } else {
        low = left;
        left = right;
        lossLeft = lossRight;
        right = low + GOLDEN * (high - low);
        lossRight = loss.applyAsDouble(Math.exp(right));
      }
    }
    return new Temperature(Math.exp((low + high) / 2));
  }
}
