package org.mococxr.learning.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mococxr.learning.testing.Fixtures;

class ScheduleTest {
  @Test
  void cosineOverFourRunsIsTheReferences() {
    assertRates("cosine_lr1e-4_epochs20_rate4", new Schedule.Cosine(4));
  }

  @Test
  void stepsAreTheReferences() {
    assertRates("step_lr1e-4_12_18_24", new Schedule.Steps(List.of(12, 18, 24), 0.1));
  }

  private static void assertRates(String name, Schedule.Decay decay) {
    double[] expected = Fixtures.doubles(Fixtures.json("schedules.json").get(name));
    Schedule schedule = new Schedule(1e-4, 20, 0, decay);
    for (int epoch = 0; epoch < expected.length; epoch++) {
      assertEquals(expected[epoch], schedule.rate(epoch, 3, 10), 1e-12);
    }
  }

  @Test
  void warmUpRisesStepByStepToTheBase() {
    Schedule schedule = new Schedule(0.8, 10, 2, new Schedule.Constant());
    assertEquals(0.1, schedule.rate(0, 0, 4), 1e-12);
    assertEquals(0.4, schedule.rate(0, 3, 4), 1e-12);
    assertEquals(0.8, schedule.rate(1, 3, 4), 1e-12);
    assertEquals(0.8, schedule.rate(2, 0, 4), 1e-12);
  }

  @Test
  void everyThirdEpochTheRateIsHalved() {
    Schedule schedule = new Schedule(0.8, 10, 0, new Schedule.Every(3, 0.5));
    assertEquals(0.8, schedule.rate(2, 0, 1));
    assertEquals(0.4, schedule.rate(3, 0, 1));
    assertEquals(0.2, schedule.rate(8, 0, 1));
    assertEquals(0.1, schedule.rate(9, 0, 1));
  }

  /** The rule of torch.optim.lr_scheduler.ReduceLROnPlateau(mode="max", factor=0.1, patience=2). */
  @Test
  void thePlateauFallsWhenThreeEvaluationsBringNothing() {
    double[] metrics = {0.5, 0.6, 0.6, 0.60005, 0.59, 0.61, 0.61, 0.61, 0.61, 0.61, 0.61, 0.61};
    double[] factors = {1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 1e-3};
    Plateau plateau = Plateau.START;
    for (int i = 0; i < metrics.length; i++) {
      plateau = plateau.after(metrics[i], 0.1, 2);
      assertEquals(factors[i], plateau.factor(), 1e-15, "evaluation " + i);
    }
    for (int i = 0; i < 10; i++) {
      plateau = plateau.after(0, 0.1, 2);
    }
    assertEquals(1e-3, plateau.factor(), 1e-15);
  }
}
