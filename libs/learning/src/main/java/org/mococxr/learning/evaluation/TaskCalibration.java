package org.mococxr.learning.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.calibration.Isotonic;
import org.mococxr.evaluation.calibration.MultiClass;
import org.mococxr.evaluation.calibration.Platt;
import org.mococxr.evaluation.calibration.Temperature;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.training.FineTuningOptions;

/** Fits each task's calibration on validation studies and applies it. */
public final class TaskCalibration {
  /** The file in a run's folder: task to calibration. */
  public static final String FILE = "calibration.json";

  private TaskCalibration() {}

  /**
   * Fits on validation. A task of one class stays as it is, and so does one whose fit would turn
   * the order of its scores round: that is chance at work in few studies, not calibration.
   *
   * <p>Classes of which exactly one is true share one temperature, so that their probabilities add
   * up to 1 afterwards.
   *
   * @param probabilities {@code [studies][tasks]}
   */
  public static Map<String, Calibration> fit(
      FineTuningOptions.Calibration method,
      HeadForm form,
      StudyLevel validation,
      double[][] probabilities) {
    Map<String, Calibration> fitted = new LinkedHashMap<>();
    if (form == HeadForm.MULTI_CLASS) {
      Calibration shared = ofClasses(method, probabilities, validation.classes());
      validation.tasks().forEach(task -> fitted.put(task, shared));
      return fitted;
    }
    for (int t = 0; t < validation.tasks().size(); t++) {
      StudyLevel.Known known = validation.known(t, probabilities);
      fitted.put(validation.tasks().get(t), fit(method, known));
    }
    return fitted;
  }

  private static Calibration ofClasses(
      FineTuningOptions.Calibration method, double[][] probabilities, int[] classes) {
    return switch (method) {
      case NONE -> new Calibration.None();
      case TEMPERATURE -> MultiClass.temperature(probabilities, classes);
      case PLATT, PLATT_ANY, ISOTONIC ->
          throw new IllegalArgumentException(method + " does not keep the sum of probabilities");
    };
  }

  private static Calibration fit(FineTuningOptions.Calibration method, StudyLevel.Known known) {
    int positives = Metrics.positives(known.positive());
    if (positives == 0 || positives == known.positive().length) {
      return new Calibration.None();
    }
    return switch (method) {
      case NONE -> new Calibration.None();
      case TEMPERATURE -> Temperature.fit(known.scores(), known.positive());
      case ISOTONIC -> {
        Isotonic isotonic = Isotonic.fit(known.scores(), known.positive());
        yield isotonic.flat() ? new Calibration.None() : isotonic;
      }
      case PLATT_ANY -> Platt.fit(known.scores(), known.positive());
      case PLATT -> {
        Platt platt = Platt.fit(known.scores(), known.positive());
        yield platt.weight() > 0 ? platt : new Calibration.None();
      }
    };
  }

  /**
   * Calibrated probabilities, {@code [studies][tasks]}.
   *
   * @param calibrations by task, in the order of the probabilities
   */
  public static double[][] apply(
      List<Calibration> calibrations, HeadForm form, double[][] probabilities) {
    if (form == HeadForm.MULTI_CLASS) {
      Calibration shared = calibrations.getFirst();
      return shared instanceof Temperature temperature
          ? MultiClass.scaled(probabilities, temperature.temperature())
          : probabilities;
    }
    double[][] out = new double[probabilities.length][];
    for (int s = 0; s < out.length; s++) {
      out[s] = probabilities[s].clone();
      for (int t = 0; t < out[s].length; t++) {
        out[s][t] = calibrations.get(t).apply(out[s][t]);
      }
    }
    return out;
  }

  /** σ of every logit. */
  public static double[][] probabilities(double[][] logits) {
    double[][] out = new double[logits.length][];
    for (int i = 0; i < out.length; i++) {
      out[i] = java.util.Arrays.stream(logits[i]).map(Calibration::sigmoid).toArray();
    }
    return out;
  }
}
