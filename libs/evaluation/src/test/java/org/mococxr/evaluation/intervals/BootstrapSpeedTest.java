package org.mococxr.evaluation.intervals;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BootstrapSpeedTest {

  @Test
  void aThousandReplicatesOfFiveModelsAndFiveTasksTakeUnderHalfASecond() {
    // The best of a few runs, so that the compiler's warming up does not decide.
    double best = Double.POSITIVE_INFINITY;
    for (int run = 0; run < 5; run++) {
      best = Math.min(best, BootstrapBenchmark.seconds());
    }
    assertTrue(best < 0.5, best + " s");
  }
}
