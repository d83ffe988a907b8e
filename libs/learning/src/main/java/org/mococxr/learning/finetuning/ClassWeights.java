package org.mococxr.learning.finetuning;

import java.util.stream.IntStream;
import org.mococxr.specs.training.FineTuningOptions;

/** Which rows count in a task's loss, and how much a positive does. */
final class ClassWeights {
  private ClassWeights() {}

  /** Rows whose target is not masked; uncertain ones are a class of their own with three. */
  static int[] unmasked(float[] targets, boolean threeClass) {
    float least = threeClass ? -1 : 0;
    return IntStream.range(0, targets.length).filter(i -> targets[i] >= least).toArray();
  }

  /** 1, or for balanced ones the negatives per positive. */
  static double of(FineTuningOptions.ClassWeights rule, float[] targets) {
    if (rule == FineTuningOptions.ClassWeights.NONE) {
      return 1;
    }
    double positives = 0;
    double negatives = 0;
    for (float target : targets) {
      if (target >= 0) {
        positives += target;
        negatives += 1 - target;
      }
    }
    return positives == 0 || negatives == 0 ? 1 : negatives / positives;
  }
}
