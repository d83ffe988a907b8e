package org.mococxr.bench.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class BootstrapSpeedTest {

  @Test
  void aThousandReplicatesOfFiveModelsAndFiveTasksTakeUnderHalfASecond() {
    BootstrapBenchmark benchmark = new BootstrapBenchmark();
    // The thread's processor time: what other programs take does not count.
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    // The best of a few runs, so that the compiler's warming up does not decide.
    double best = Double.POSITIVE_INFINITY;
    for (int run = 0; run < 5; run++) {
      long start = clock.getCurrentThreadCpuTime();
      assertEquals(25, benchmark.intervals().size());
      best = Math.min(best, (clock.getCurrentThreadCpuTime() - start) / 1e9);
    }
    assertTrue(best < 0.5, best + " s");
  }
}
