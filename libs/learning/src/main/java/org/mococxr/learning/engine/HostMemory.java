package org.mococxr.learning.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.mococxr.foundation.UserErrorException;

/** Says before it is tried that pictures do not fit into this machine's or container's memory. */
final class HostMemory {
  private HostMemory() {}

  /**
   * Checks that buffers fit beside the Java heap.
   *
   * @param pictures in a batch
   * @param batches held at once
   */
  static void require(int pictures, int height, int width, int batches) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    require(
        pictures,
        height,
        width,
        batches,
        system.getTotalMemorySize(),
        Runtime.getRuntime().maxMemory());
  }

  static void require(int pictures, int height, int width, int batches, long memory, long heap) {
    long batch = (long) pictures * height * width;
    long needed = batch * batches;
    if (batch > Integer.MAX_VALUE || needed > memory - heap) {
      throw new UserErrorException(
          "option batch",
          "%d pictures of %d × %d px, %d batches at once, take %s"
              .formatted(pictures, width, height, batches, gib(needed)),
          batch > Integer.MAX_VALUE
              ? "at most 2.0 GiB a batch; lower the batch or the image's size"
              : "at most %s: %s of memory less the Java heap of %s (MOCOCXR_HEAP); lower the batch"
                      .formatted(gib(memory - heap), gib(memory), gib(heap))
                  + " or the image's size");
    }
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
