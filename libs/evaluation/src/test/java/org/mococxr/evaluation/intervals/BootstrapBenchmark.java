package org.mococxr.evaluation.intervals;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.mococxr.foundation.RandomStream;

/**
 * Times 1,000 replicates × 5 models × 5 tasks × 500 studies on one thread; run the main method with
 * the test class path, or see {@link BootstrapSpeedTest}.
 */
public final class BootstrapBenchmark {
  private BootstrapBenchmark() {}

  public static void main(String[] args) {
    for (int round = 0; round < 8; round++) {
      System.out.printf("%.0f ms%n", seconds() * 1000);
    }
  }

  /** The thread's processor time: what other programs take does not count. */
  static double seconds() {
    RandomStream random = RandomStream.of(1, "benchmark");
    int studies = 500;
    List<Bootstrap.Column> columns = new ArrayList<>();
    for (int task = 0; task < 5; task++) {
      boolean[] positive = new boolean[studies];
      for (int i = 0; i < studies; i++) {
        positive[i] = random.nextBoolean(0.3);
      }
      for (int model = 0; model < 5; model++) {
        double[] scores = new double[studies];
        for (int i = 0; i < studies; i++) {
          scores[i] = random.nextGaussian() + (positive[i] ? 1 : 0);
        }
        columns.add(Bootstrap.Column.of(scores, positive));
      }
    }
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    long start = clock.getCurrentThreadCpuTime();
    Bootstrap bootstrap =
        Bootstrap.of(columns, Collections.nCopies(studies, ""), BootstrapOptions.defaults(1));
    for (int column = 0; column < 25; column++) {
      bootstrap.single(column);
    }
    return (clock.getCurrentThreadCpuTime() - start) / 1e9;
  }
}
