package org.mococxr.evaluation.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;

class MetricsTest {
  private static final double[] SCORES = {0.9, 0.8, 0.8, 0.6, 0.4, 0.2};
  private static final boolean[] TRUTH = {true, true, false, true, false, false};

  @Test
  void aurocCountsPairsAndHalvesTies() {
    // Of 9 pairs, 7 are right and one is a tie: positives 0.9 (3), 0.8 (2.5), 0.6 (2).
    assertEquals(7.5 / 9, Metrics.auroc(SCORES, TRUTH), 1e-15);
    assertEquals(0.5, Metrics.auroc(new double[6], TRUTH), 0);
    assertEquals(0.5, Metrics.auroc(new double[] {0.0, -0.0}, new boolean[] {true, false}), 0);
  }

  @Test
  void aurocOfNegatedScoresIsTheComplement() {
    RandomStream random = RandomStream.of(1, "negated");
    for (int round = 0; round < 50; round++) {
      double[] scores = new double[30];
      double[] negated = new double[30];
      boolean[] truth = new boolean[30];
      for (int i = 0; i < 30; i++) {
        scores[i] = random.nextInt(12);
        negated[i] = -scores[i];
        truth[i] = i < 2 ? i == 0 : random.nextBoolean(0.3);
      }
      assertEquals(1, Metrics.auroc(scores, truth) + Metrics.auroc(negated, truth), 1e-12);
    }
  }

  @Test
  void oneClassHasNoAuroc() {
    assertTrue(Double.isNaN(Metrics.auroc(new double[] {1, 2}, new boolean[] {true, true})));
    assertTrue(Double.isNaN(Metrics.averagePrecision(new double[] {1}, new boolean[] {false})));
  }

  @Test
  void certainAndWrongCostsMuchButNotInfinitely() {
    assertEquals(52 * Math.log(2), Metrics.logLoss(new double[] {0}, new boolean[] {true}), 1e-9);
  }

  @Test
  void lengthsMustAgreeAndScoresMustBeNumbers() {
    assertThrows(
        IllegalArgumentException.class, () -> Metrics.auroc(new double[2], new boolean[3]));
    assertThrows(
        IllegalArgumentException.class,
        () -> Metrics.auroc(new double[] {Double.NaN}, new boolean[1]));
  }

  @Test
  void ratesFollowFromTheCounts() {
    Confusion confusion = Confusion.at(0.5, SCORES, TRUTH);
    assertEquals(new Confusion(3, 1, 2, 0), confusion);
    assertEquals(5.0 / 6, confusion.accuracy());
    assertEquals(3.0 / 4, confusion.precision());
    assertEquals(1, confusion.recall());
    assertEquals(2.0 / 3, confusion.specificity());
    assertEquals(6.0 / 7, confusion.f1());
    assertTrue(Double.isNaN(Confusion.at(2, SCORES, TRUTH).precision()));
  }

  @Test
  void youdenTakesTheHighestPointAboveTheDiagonal() {
    assertEquals(0.5, new ThresholdRule.Youden().choose(SCORES, TRUTH), 1e-12);
  }

  @Test
  void fixedSensitivityAndSpecificityAreReachedAndNotOvershot() {
    assertEquals(0.7, new ThresholdRule.Sensitivity(0.5).choose(SCORES, TRUTH), 1e-12);
    assertEquals(0.5, new ThresholdRule.Sensitivity(1).choose(SCORES, TRUTH), 1e-12);
    assertEquals(0.85, new ThresholdRule.Specificity(1).choose(SCORES, TRUTH), 1e-12);
    // Calling 0.6 still leaves 2 of 3 negatives uncalled; calling 0.4 would not.
    assertEquals(0.5, new ThresholdRule.Specificity(2.0 / 3).choose(SCORES, TRUTH), 1e-12);
    assertEquals(Math.nextDown(0.2), new ThresholdRule.Specificity(0).choose(SCORES, TRUTH));
    assertEquals(
        Math.nextUp(2.0),
        new ThresholdRule.Specificity(1).choose(new double[] {1, 2}, new boolean[] {true, false}));
  }

  @Test
  void chosenThresholdsKeepTheirPromiseOnRandomScores() {
    RandomStream random = RandomStream.of(2, "thresholds");
    for (int round = 0; round < 200; round++) {
      int n = 5 + random.nextInt(60);
      double[] scores = new double[n];
      boolean[] truth = new boolean[n];
      for (int i = 0; i < n; i++) {
        scores[i] = random.nextInt(20) / 20.0;
        truth[i] = i < 2 ? i == 0 : random.nextBoolean(0.4);
      }
      double share = random.nextDouble();
      double t = new ThresholdRule.Sensitivity(share).choose(scores, truth);
      assertTrue(Confusion.at(t, scores, truth).recall() >= share - 1e-9);
      t = new ThresholdRule.Specificity(share).choose(scores, truth);
      assertTrue(Confusion.at(t, scores, truth).specificity() >= share - 1e-9);
    }
  }

  @Test
  void precisionRecallEndsWhereAllPositivesAreFound() {
    var points = Curve.precisionRecall(SCORES, TRUTH).points();
    assertEquals(new Curve.Point(0, 1, Double.POSITIVE_INFINITY), points.get(0));
    assertEquals(new Curve.Point(1, 0.75, 0.6), points.get(points.size() - 1));
  }

  @Test
  void aCurveIsReadBetweenItsPoints() {
    Curve roc = Curve.roc(SCORES, TRUTH);
    assertEquals(1.0 / 3, roc.at(0), 1e-15);
    assertEquals(1, roc.at(1.0 / 3), 1e-15);
    assertEquals(0.5, roc.at(1.0 / 6), 1e-12);
  }
}
