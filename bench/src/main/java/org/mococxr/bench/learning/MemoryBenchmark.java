package org.mococxr.bench.learning;

import ai.djl.Device;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.pretraining.Views;

/**
 * Prints what the process holds in memory over many steps, views of a real run's loader included.
 * Run it with a Java heap that is touched from the start ({@code -Xms256m -Xmx256m
 * -XX:+AlwaysPreTouch}): then what grows is native. Arguments: {@code [steps] [architecture] [size]
 * [batch] [threads]}.
 */
public final class MemoryBenchmark {
  private static final List<String> DEFAULTS = List.of("2000", "resnet18_w16", "32", "8", "1");
  private static final int ROWS = 10;

  private MemoryBenchmark() {}

  /** Takes the steps. */
  public static void main(String[] arguments) throws IOException {
    List<String> given = new ArrayList<>(Arrays.asList(arguments));
    given.addAll(DEFAULTS.subList(given.size(), DEFAULTS.size()));
    int steps = Integer.parseInt(given.get(0));
    int batch = Integer.parseInt(given.get(3));
    Torch.setThreads(Integer.parseInt(given.get(4)));
    Network network =
        Architectures.named(given.get(1)).withHead(new HeadSpec.Projection(128, true));
    try (MadeUpViews views = new MadeUpViews(Integer.parseInt(given.get(2)), batch, steps);
        Moco moco =
            MadeUpViews.moco(
                network,
                MocoOptions.defaults().withQueueSize(batch * 64),
                Device.cpu(),
                Compute.FLOAT32)) {
      System.out.println("MB after a garbage collection; native: anonymous without the heap");
      System.out.println(
          "| step | resident | anonymous | heap | of it used | native | JVM's other | direct buffers"
              + " | native arrays |");
      System.out.println("|---|---|---|---|---|---|---|---|---|");
      int every = Math.max(1, steps / ROWS);
      for (int step = 1; step <= steps; step++) {
        try (Views.Pair pair = views.next()) {
          moco.step(pair.queries(), pair.keys(), 1e-4, step);
        }
        if (step == ROWS || step % every == 0) {
          System.gc();
          System.out.printf("| %d | %s | %d |%n", step, memory(), moco.nativeArrays());
        }
      }
    }
  }

  private static String memory() throws IOException {
    MemoryMXBean java = ManagementFactory.getMemoryMXBean();
    double heap = java.getHeapMemoryUsage().getCommitted() / 1e6;
    double anonymous = status("RssAnon");
    double buffers =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToDouble(pool -> pool.getMemoryUsed() / 1e6)
            .sum();
    return "%.0f | %.0f | %.0f | %.1f | %.0f | %.0f | %.2f"
        .formatted(
            status("VmRSS"),
            anonymous,
            heap,
            java.getHeapMemoryUsage().getUsed() / 1e6,
            anonymous - heap,
            java.getNonHeapMemoryUsage().getCommitted() / 1e6,
            buffers);
  }

  /** A figure of this process in MB, as Linux tells it. */
  private static double status(String figure) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(figure)) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6;
      }
    }
    return Double.NaN;
  }
}
