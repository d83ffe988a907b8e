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
}
