package org.mococxr.bench.learning;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mococxr.bench.Clocks;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.Layout;
import org.mococxr.learning.engine.PictureLoader;
import org.mococxr.learning.engine.Precision;
import org.mococxr.learning.engine.Torch;
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
import org.mococxr.learning.pretraining.Views;

/**
 * Times whole MoCo steps, the views of a real run's loader included. Arguments: {@code
 * [architectures] [sizes] [batch] [seconds] [threads] [computes]}, lists with commas; seconds are a
 * row's, which has at least 3 and at most 20 steps after one that warms up.
 */
public final class TrainBenchmark {
  private static final int LEAST = 3;
  private static final int MOST = 20;
  private static final List<String> DEFAULTS =
      List.of("resnet18,resnet50,densenet121", "224,320", "16", "25", "2", "float32,bf16");

  private final int batch;
  private final double seconds;

  private TrainBenchmark(int batch, double seconds) {
    this.batch = batch;
    this.seconds = seconds;
  }

  /** Prints a row of the table for each combination, as soon as it is there. */
  public static void main(String[] arguments) {
    List<String> given = new ArrayList<>(Arrays.asList(arguments));
    given.addAll(DEFAULTS.subList(given.size(), DEFAULTS.size()));
    Torch.setThreads(Integer.parseInt(given.get(4)));
    TrainBenchmark benchmark =
        new TrainBenchmark(Integer.parseInt(given.get(2)), Double.parseDouble(given.get(3)));
    System.out.printf(
        "PyTorch %s, %d threads, %d for views, batch %d; a step and its parts in ms%n",
        Torch.version(), Torch.threads(), PictureLoader.defaultThreads(), benchmark.batch);
    System.out.println(
        "| architecture | px | compute | images/s | × float32 | step | CPU | data | forward: keys |"
            + " queries | backward | optimizer | steps |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (String architecture : given.get(0).split(",")) {
      for (String size : given.get(1).split(",")) {
        double exact = Double.NaN;
        for (String compute : given.get(5).split(",")) {
          double rate = benchmark.row(architecture, Integer.parseInt(size), compute, exact);
          exact = compute.equals("float32") ? rate : exact;
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

  /** Images a second. */
  private double row(String architecture, int size, String name, double exact) {
    Compute compute = compute(name);
    if (!compute.precision().hasUnits(Device.cpu())) {
      System.out.printf(
          "| %s | %d | %s | not tried: this processor has no units for it |%s%n",
          architecture, size, name, " |".repeat(9));
      return Double.NaN;
    }
    Network network =
        Architectures.named(architecture).withHead(new HeadSpec.Projection(128, true));
    MocoOptions options = MocoOptions.defaults().withQueueSize(4096 - 4096 % batch);
    try (MadeUpViews views = new MadeUpViews(size, batch, 1 + MOST);
        Moco moco =
            new Moco(
                network,
                options,
                OptimizerSpec.Adam.of(1e-4),
                Moco.start(Initialisation.random(network, 1)),
                List.of(Device.cpu()),
                compute,
                1,
                StepObserver.NONE)) {
      Laps warm = laps(moco, views, 1);
      int steps = Math.clamp(Math.round(seconds * 1e9 / warm.nanos[0]), LEAST, MOST);
      moco.times().reset();
      Laps laps = laps(moco, views, steps);
      double rate = batch * 1e9 / Clocks.median(laps.nanos);
      System.out.printf(
          "| %s | %d | %s | %.2f | %s | %.0f | %.0f | %.2f (%.2f %%)%s | %d |%n",
          architecture,
          size,
          name,
          rate,
          Double.isNaN(exact) ? "" : "%.2f".formatted(rate / exact),
          Clocks.median(laps.nanos) / 1e6,
          laps.cpuNanos / 1e6 / steps,
          laps.waitedNanos / 1e6 / steps,
          100.0 * laps.waitedNanos / Arrays.stream(laps.nanos).sum(),
          stages(moco.times(), steps),
          steps);
      return rate;
    }
  }

  private static String stages(StageTimes times, int steps) {
    double perStep = 1e6 * steps;
    return " | %.0f | %.0f | %.0f | %.1f"
        .formatted(
            times.of(Stage.KEYS).toNanos() / perStep,
            times.of(Stage.QUERIES).toNanos() / perStep,
            times.of(Stage.BACKWARD).toNanos() / perStep,
            times.of(Stage.MOMENTUM).plus(times.of(Stage.UPDATE)).toNanos() / perStep);
  }

  /**
   * Some steps.
   *
   * @param nanos of each, waiting for views included
   * @param waitedNanos for views, all together
   * @param cpuNanos of the process, loader included, all together
   */
  private record Laps(double[] nanos, long waitedNanos, long cpuNanos) {}

  private static Laps laps(Moco moco, MadeUpViews views, int steps) {
    double[] nanos = new double[steps];
    long waited = 0;
    long cpu = Clocks.processNanos();
    for (int i = 0; i < steps; i++) {
      long before = System.nanoTime();
      try (Views.Pair pair = views.next()) {
        waited += System.nanoTime() - before;
        moco.step(pair.queries(), pair.keys(), 1e-4, i);
      }
      nanos[i] = System.nanoTime() - before;
    }
    return new Laps(nanos, waited, Clocks.processNanos() - cpu);
  }
}
