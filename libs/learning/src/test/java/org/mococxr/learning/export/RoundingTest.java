package org.mococxr.learning.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.evaluation.StudyLevel;

class RoundingTest {
  /** Two tasks, the second of one class. */
  private static ServedStudies studies(double... probabilities) {
    List<String> names =
        IntStream.range(0, probabilities.length).mapToObj(Integer::toString).toList();
    double[][] truth = new double[probabilities.length][2];
    double[][] found = new double[probabilities.length][2];
    for (int s = 0; s < truth.length; s++) {
      truth[s][0] = s % 2;
      found[s][0] = probabilities[s];
      found[s][1] = 0.25;
    }
    return new ServedStudies(
        new StudyLevel(
            List.of("Mass", "Hernia"),
            names,
            names,
            names.stream().map(n -> List.of(0)).toList(),
            truth),
        found);
  }

  // Positive are the second and the fourth: 4 pairs, all in order, and then one the other way.
  private static final ServedStudies EXACT = studies(0.1, 0.6, 0.5, 0.9);
  private static final ServedStudies ROUNDED = studies(0.1, 0.55, 0.575, 0.9);

  private static Rounding measure(ServedStudies rounded, double most) {
    return Rounding.measure(
        "int8",
        List.of(
            new Rounding.Compared("validation", EXACT, EXACT),
            new Rounding.Compared("test", EXACT, rounded)),
        most);
  }

  @Test
  void theChangeOfEachTasksAurocIsToldByPart() {
    Rounding rounding = measure(ROUNDED, 0.25);
    assertEquals(
        Map.of("validation", Map.of("Mass", 0.0), "test", Map.of("Mass", -0.25)),
        rounding.aurocChange());
    assertEquals(0.075, rounding.largestDifference(), 1e-12);
  }

  @Test
  void aLossAboveTheLimitIsRefusedByTaskAndPart() {
    UserErrorException e = assertThrows(UserErrorException.class, () -> measure(ROUNDED, 0.2499));
    assertEquals("precision", e.location());
    assertEquals(
        "int8 loses 0.2500 of the AUROC of Mass on the test (0.7500 instead of 1.0000)",
        e.problem());
    assertTrue(e.remedy().contains("--auroc-loss"), e.remedy());
  }

  @Test
  void aGainIsNoLoss() {
    Rounding.measure("int8", List.of(new Rounding.Compared("test", ROUNDED, EXACT)), 0);
  }

  @Test
  void aStudyWithoutAProbabilityIsRefusedWhateverTheLimit() {
    UserErrorException e =
        assertThrows(
            UserErrorException.class, () -> measure(studies(0.1, 0.6, Double.NaN, 0.9), 1));
    assertEquals("int8 leaves a study of the test without a probability", e.problem());
  }
}
