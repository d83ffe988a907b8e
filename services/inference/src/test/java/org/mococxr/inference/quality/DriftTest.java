package org.mococxr.inference.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mococxr.inference.bundle.Reference;

class DriftTest {
  /** 400 studies in four quarters. */
  private static final Reference QUARTERS =
      new Reference(400, List.of(0.2, 0.5, 0.7), List.of(0.25, 0.25, 0.25, 0.25));

  @Test
  void thereIsNoIndexOfAFewAnswers() {
    Drift drift = new Drift(QUARTERS);
    for (int i = 0; i < Drift.LEAST - 1; i++) {
      drift.add(0.3);
    }
    assertEquals(Double.NaN, drift.index());
    drift.add(0.3);
    assertTrue(drift.index() > 1);
  }

  /** By hand: shares (80.5, 70.5, 30.5, 20.5) / 202 against 100.5 / 402 each. */
  @Test
  void theIndexIsTheSumOverTheParts() {
    Drift drift = new Drift(QUARTERS);
    add(drift, 0.1, 80);
    add(drift, 0.5, 70); // an edge belongs to the part below it
    add(drift, 0.6, 30);
    add(drift, 0.9, 20);
    assertEquals(0.2861024231, drift.index(), 1e-9);
  }

  @Test
  void answersLikeTheTestsHaveTheIndexOfChance() {
    Random random = new Random(3);
    Drift drift = new Drift(QUARTERS);
    double[] middles = {0.1, 0.3, 0.6, 0.9};
    double sum = 0;
    for (int i = 0; i < 200; i++) {
      for (int j = 0; j < Drift.LATEST; j++) {
        drift.add(middles[random.nextInt(4)]);
      }
      sum += drift.index();
    }
    // The reference is exact here: (parts − 1) / latest.
    assertEquals(3.0 / Drift.LATEST, sum / 200, 0.0006);
  }

  @Test
  void whatIsOldDoesNotCount() {
    Drift drift = new Drift(QUARTERS);
    add(drift, 0.9, 5000);
    for (double middle : new double[] {0.1, 0.3, 0.6, 0.9}) {
      add(drift, middle, Drift.LATEST / 4);
    }
    assertEquals(0, drift.index(), 1e-9);
  }

  private static void add(Drift drift, double probability, int times) {
    for (int i = 0; i < times; i++) {
      drift.add(probability);
    }
  }
}
