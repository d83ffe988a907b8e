package org.mococxr.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Times and their middle. */
public final class Clocks {
  private Clocks() {}

  /** Processor time of all threads in nanoseconds: tells a busy machine from a slow step. */
  public static long processNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** The value below which a share of the values lies. */
  public static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  /** The middle value. */
  public static double median(double[] values) {
    return quantile(values, 0.5);
  }
}
