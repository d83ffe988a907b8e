package org.mococxr.learning.export;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;

/**
 * What a network loses by being computed in float16 or 8 bits.
 *
 * @param precision {@code float16} or {@code int8}
 * @param aurocChange by part ({@code validation}, {@code test}) and task: the AUROC in that
 *     precision less that in float32; a task of one class has none
 * @param largestDifference of a study's probability
 */
public record Rounding(
    String precision, Map<String, Map<String, Double>> aurocChange, double largestDifference) {

  /** A part's studies as both networks see them. */
  record Compared(String part, ServedStudies exact, ServedStudies rounded) {}

  /**
   * Compares.
   *
   * @param most loss of a task's AUROC that is allowed
   * @throws UserErrorException if a task loses more, or a study has no probability any more
   */
  static Rounding measure(String precision, List<Compared> parts, double most) {
    Map<String, Map<String, Double>> changes = new LinkedHashMap<>();
    double largest = 0;
    for (Compared compared : parts) {
      requireNumbers(precision, compared);
      Map<String, Double> change = new LinkedHashMap<>();
      List<String> tasks = compared.exact().studies().tasks();
      for (int t = 0; t < tasks.size(); t++) {
        double exact = compared.exact().auroc(t);
        double rounded = compared.rounded().auroc(t);
        if (exact - rounded > most) {
          throw new UserErrorException(
              "precision",
              String.format(
                  Locale.ROOT,
                  "%s loses %.4f of the AUROC of %s on the %s (%.4f instead of %.4f)",
                  precision,
                  exact - rounded,
                  tasks.get(t),
                  compared.part(),
                  rounded,
                  exact),
              "export in float32, or allow it by aurocLoss (--auroc-loss), which is " + most);
        }
        if (!Double.isNaN(exact)) {
          change.put(tasks.get(t), rounded - exact);
        }
      }
      changes.put(compared.part(), change);
      largest = Math.max(largest, compared.exact().largestDifference(compared.rounded()));
    }
    return new Rounding(precision, changes, largest);
  }

  /** A value beyond float16's largest makes the probability NaN. */
  private static void requireNumbers(String precision, Compared compared) {
    for (double[] of : compared.rounded().probabilities()) {
      for (double probability : of) {
        if (Double.isNaN(probability)) {
          throw new UserErrorException(
              "precision",
              precision + " leaves a study of the " + compared.part() + " without a probability",
              "export in float32");
        }
      }
    }
  }
}
