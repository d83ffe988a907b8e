package org.mococxr.learning.selection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.evaluation.TaskCalibration;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.FineTuningOptions.SelectBy;

class CriterionTest {
  private static final List<String> TASKS = List.of("Edema", "Fracture");

  /** Three studies of one image; nobody has a fracture, and of one it is not known. */
  private static final StudyLevel LEVEL =
      new StudyLevel(
          TASKS,
          List.of("a", "b", "c"),
          List.of("a", "b", "c"),
          List.of(List.of(0), List.of(1), List.of(2)),
          new double[][] {{1, 0}, {0, 0}, {1, Double.NaN}});

  private static final double[][] LOGITS = {{2, -1}, {0, 1}, {-1, 9}};

  @Test
  void logLossIsTheMeanNegativeLogLikelihoodOfKnownStudies() {
    Criterion criterion = new Criterion(SelectBy.LOG_LOSS, TASKS, TASKS);
    // ln(1 + e^-2), ln 2 and ln(1 + e); ln(1 + e^-1) and ln(1 + e).
    double edema = (Math.log1p(Math.exp(-2)) + Math.log(2) + Math.log1p(Math.E)) / 3;
    double fracture = (Math.log1p(Math.exp(-1)) + Math.log1p(Math.E)) / 2;
    Map<String, Double> scores = criterion.scores(LEVEL, LOGITS);
    assertEquals(-edema, scores.get("Edema"), 1e-12);
    assertEquals(-fracture, scores.get("Fracture"), 1e-12);
    assertEquals(-(edema + fracture) / 2, criterion.mean(LEVEL, LOGITS), 1e-12);
    assertEquals(
        -edema,
        new Criterion(SelectBy.LOG_LOSS, TASKS, List.of("Edema")).mean(LEVEL, LOGITS),
        1e-12);
  }

  @Test
  void aurocOfOneClassIsLeftOutOfTheMean() {
    Criterion criterion = new Criterion(SelectBy.AUROC, TASKS, TASKS);
    Map<String, Double> scores = criterion.scores(LEVEL, LOGITS);
    // Of two pairs one is in order.
    assertEquals(0.5, scores.get("Edema"), 1e-12);
    assertFalse(scores.containsKey("Fracture"));
    assertEquals(0.5, criterion.mean(scores), 1e-12);
    assertEquals(
        Double.NEGATIVE_INFINITY,
        new Criterion(SelectBy.AUROC, TASKS, List.of("Fracture")).mean(LEVEL, LOGITS));
  }

  /** The cross-entropy of all classes, not the mean of each class's against the rest. */
  @Test
  void theLogLossOfExclusiveClassesIsThatOfTheirSoftmax() {
    List<String> classes = List.of("A", "B", "C");
    double unknown = Double.NaN;
    StudyLevel level =
        new StudyLevel(
            classes,
            LEVEL.studies(),
            LEVEL.patients(),
            LEVEL.images(),
            new double[][] {{1, 0, 0}, {0, 1, 0}, {unknown, unknown, unknown}});
    double[][] logits =
        level.logits(HeadForm.MULTI_CLASS, new double[][] {{2, 0, -1}, {0.5, 1, 3}, {1, 1, 0}});
    double first = Math.log(Math.exp(2) + 1 + Math.exp(-1)) - 2;
    double second = Math.log(Math.exp(0.5) + Math.E + Math.exp(3)) - 1;
    Criterion criterion =
        Criterion.of(
            Options.read(
                Map.of("classification", "multi-class", "selectBy", "log-loss"),
                FineTuningOptions.class),
            classes);
    assertEquals(-(first + second) / 2, criterion.mean(level, logits), 1e-12);
    assertEquals(
        -(first + second) / 2,
        criterion.meanOfProbabilities(level, TaskCalibration.probabilities(logits)),
        1e-12);
  }

  @Test
  void probabilitiesScoreAsTheirLogits() {
    double[][] probabilities = new double[3][2];
    for (int s = 0; s < 3; s++) {
      for (int t = 0; t < 2; t++) {
        probabilities[s][t] = 1 / (1 + Math.exp(-LOGITS[s][t]));
      }
    }
    for (SelectBy by : SelectBy.values()) {
      Criterion criterion = new Criterion(by, TASKS, TASKS);
      assertEquals(
          criterion.mean(LEVEL, LOGITS), criterion.meanOfProbabilities(LEVEL, probabilities), 1e-9);
    }
  }
}
