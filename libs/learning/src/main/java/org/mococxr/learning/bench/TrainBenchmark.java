package org.mococxr.learning.bench;

import ai.djl.Device;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mococxr.foundation.RandomStream;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.Layout;
import org.mococxr.learning.engine.Precision;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.moco.Batch;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.moco.StageTimes;
import org.mococxr.learning.moco.StageTimes.Stage;
import org.mococxr.learning.moco.StepObserver;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.OptimizerSpec;

/**
 * Times whole MoCo steps on made-up grey images. Arguments: {@code [architectures] [sizes] [batch]
 * [steps] [threads] [computes]}, lists with commas.
 */
public final class TrainBenchmark {
  private TrainBenchmark() {}

  /** Prints a row of the table for each combination. */
  public static void main(String[] arguments) {
    List<String> given = new ArrayList<>(Arrays.asList(arguments));
    List<String> defaults =
        List.of("resnet18,resnet50,densenet121", "224,320", "16", "5", "2", "float32,bf16");
    given.addAll(defaults.subList(given.size(), defaults.size()));
    int batch = Integer.parseInt(given.get(2));
    int steps = Integer.parseInt(given.get(3));
    Torch.setThreads(Integer.parseInt(given.get(4)));
    System.out.printf(
        "PyTorch %s, %d threads, batch %d, %d steps, median%n",
        Torch.version(), Torch.threads(), batch, steps);
    System.out.println(
        "| architecture | size | compute | images/s | step ms | CPU ms | momentum | keys | queries | backward"
            + " | update |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    for (String architecture : given.get(0).split(",")) {
      for (String size : given.get(1).split(",")) {
        for (String compute : given.get(5).split(",")) {
          row(architecture, Integer.parseInt(size), batch, steps, compute);
        }
      }
    }
  }

  private static Compute compute(String name) {
    return switch (name) {
      case "exact" -> Compute.EXACT;
      case "float32" -> Compute.FLOAT32;
      case "bf16" -> Compute.BFLOAT16;
      case "bf16-first" -> new Compute(Precision.BFLOAT16, Layout.CHANNELS_FIRST);
      default -> throw new IllegalArgumentException("exact, float32, bf16 or bf16-first: " + name);
    };
  }

  private static void row(String architecture, int size, int batch, int steps, String compute) {
    Network network =
        Architectures.named(architecture).withHead(new HeadSpec.Projection(128, true));
    int queue = 4096 - 4096 % batch;
    MocoOptions options = MocoOptions.defaults().withQueueSize(queue);
    try (Moco moco =
        new Moco(
            network,
            options,
            OptimizerSpec.Adam.of(1e-4),
            Moco.start(Initialisation.random(network, 1)),
            List.of(Device.cpu()),
            compute(compute),
            1,
            StepObserver.NONE)) {
      Batch query = images(batch, size, 1);
      Batch key = images(batch, size, 2);
      moco.step(query, key, 1e-4, 0);
      moco.times().reset();
      long cpu = processTime();
      double[] milliseconds = new double[steps];
      for (int i = 0; i < steps; i++) {
        long before = System.nanoTime();
        moco.step(query, key, 1e-4, i + 1);
        milliseconds[i] = (System.nanoTime() - before) / 1e6;
      }
      double cpuMilliseconds = (processTime() - cpu) / 1e6 / steps;
      Arrays.sort(milliseconds);
      double median = milliseconds[steps / 2];
      StringBuilder stages = new StringBuilder();
      StageTimes times = moco.times();
      for (Stage stage : Stage.values()) {
        stages.append(" | %.0f".formatted(times.of(stage).toNanos() / 1e6 / steps));
      }
      System.out.printf(
          "| %s | %d | %s | %.1f | %.0f (min %.0f) | %.0f%s |%n",
          architecture,
          size,
          compute,
          batch * 1e3 / median,
          median,
          milliseconds[0],
          cpuMilliseconds,
          stages);
    }
  }

  /** CPU time of the whole process in nanoseconds: tells a busy machine from a slow step. */
  private static long processTime() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static Batch images(int batch, int size, int view) {
    RandomStream random = RandomStream.of(view, "benchmark");
    float[] values = new float[batch * size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Batch(values, batch, 1, size, size);
  }
}
