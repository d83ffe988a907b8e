package org.mococxr.evaluation.calibration;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Arrays;

/**
 * A fitted map from a model's probability to a calibrated one; increasing unless the fit was bad.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "method")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Calibration.None.class, name = "none"),
  @JsonSubTypes.Type(value = Platt.class, name = "platt"),
  @JsonSubTypes.Type(value = Temperature.class, name = "temperature"),
  @JsonSubTypes.Type(value = Isotonic.class, name = "isotonic")
})
public sealed interface Calibration permits Calibration.None, Platt, Temperature, Isotonic {

  /** The calibrated probability, in [0, 1]. */
  double apply(double probability);

  /** All of them, in order. */
  default double[] apply(double[] probabilities) {
    return Arrays.stream(probabilities).map(this::apply).toArray();
  }

  /** Leaves probabilities as they are. */
  record None() implements Calibration {
    @Override
    public double apply(double probability) {
      return probability;
    }
  }

  /** 1 / (1 + e⁻ˣ), without overflow. */
  static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  /** ln(p / (1 − p)), with p clipped to [2⁻⁵², 1 − 2⁻⁵²]. */
  static double logit(double p) {
    double clipped = Math.min(Math.max(p, 0x1.0p-52), 1 - 0x1.0p-52);
    return Math.log(clipped) - Math.log1p(-clipped);
  }
}
