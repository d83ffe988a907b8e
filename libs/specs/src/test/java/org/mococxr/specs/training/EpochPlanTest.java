package org.mococxr.specs.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class EpochPlanTest {

  @Test
  void fewerLabelsMeanMoreEpochsAsTheReferenceCountsThem() {
    // fixtures/schedules.json and method.md §4
    assertEquals(5, EpochPlan.epochs(1));
    assertEquals(7, EpochPlan.epochs(0.5));
    assertEquals(23, EpochPlan.epochs(0.1));
    assertEquals(107, EpochPlan.epochs(0.01));
    assertEquals(500, EpochPlan.epochs(0.001));
  }

  @Test
  void evaluationComesEvery8192ImagesOrSoonerWithFewLabels() {
    assertEquals(8192, EpochPlan.imagesBetweenEvaluations(1));
    assertEquals(1310, EpochPlan.imagesBetweenEvaluations(0.01));
    assertEquals(131, EpochPlan.imagesBetweenEvaluations(0.001));
  }
}
