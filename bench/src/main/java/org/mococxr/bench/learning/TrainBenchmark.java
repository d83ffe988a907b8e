package org.mococxr.bench.learning;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.mococxr.bench.Clocks;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.CudaGraph;
import org.mococxr.learning.engine.PictureLoader;
import org.mococxr.learning.engine.PrecisionUnits;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.moco.StageTimes;
import org.mococxr.learning.moco.StageTimes.Stage;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.pretraining.Views;
import org.mococxr.specs.training.Layout;
import org.mococxr.specs.training.Precision;
import org.mococxr.specs.training.PretrainingOptions;

/**
 * Times whole MoCo steps, the views of a real run's loader included. Arguments: {@code
 * [architectures] [sizes] [batches] [seconds] [threads] [computes] [augmentation] [queue]}, lists
 * with commas; 0 threads are the engine's own choice; seconds are a row's, which has at least 3 and
 * at most 60 steps, on a GPU 1,000, after those that warm up. The device is {@code
 * -Dmococxr.device}'s.
 */
public final class TrainBenchmark {
  private static final int LEAST = 3;
  private static final int MOST = 60;

  /** Enough of the shortest steps for nvidia-smi to see them. */
  private static final int MOST_ON_GPU = 1000;

  /** On a GPU the first steps try cuDNN's algorithms, and the fourth is recorded. */
  private static final int WARM_ON_GPU = 6;

  private static final List<String> DEFAULTS =
      List.of(
          "resnet18,resnet50,densenet121",
          "224,320",
          "16",
          "25",
          "2",
          "float32,bf16",
          "chexpert",
          "4096");

  private final double seconds;
  private final PretrainingOptions.Augmentation augmentation;
  private final int queue;
  private final Device device = Torch.devices().getFirst();

  private TrainBenchmark(double seconds, String augmentation, int queue) {
    this.seconds = seconds;
    this.augmentation =
        PretrainingOptions.Augmentation.valueOf(
            augmentation.toUpperCase(Locale.ROOT).replace('-', '_'));
    this.queue = queue;
  }

  /** Prints a row of the table for each combination, as soon as it is there. */
  public static void main(String[] arguments) {
    List<String> given = new ArrayList<>(Arrays.asList(arguments));
    given.addAll(DEFAULTS.subList(given.size(), DEFAULTS.size()));
    int threads = Integer.parseInt(given.get(4));
    if (threads > 0) {
      Torch.setThreads(threads);
    }
    TrainBenchmark benchmark =
        new TrainBenchmark(
            Double.parseDouble(given.get(3)), given.get(6), Integer.parseInt(given.get(7)));
    System.out.printf(
        "PyTorch %s on %s, %d threads, %d for views (%s), K %d; a step and its parts in ms%n",
        Torch.version(),
        benchmark.device,
        Torch.threads(),
        PictureLoader.defaultThreads(),
        given.get(6),
        benchmark.queue);
    System.out.println(
        "| architecture | px | batch | compute | pairs/s | step | CPU | busy | data | forward: keys |"
            + " queries | backward | optimizer | steps |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (String architecture : given.get(0).split(",")) {
      for (String size : given.get(1).split(",")) {
        for (String batch : given.get(2).split(",")) {
          for (String compute : given.get(5).split(",")) {
            benchmark.row(architecture, Integer.parseInt(size), Integer.parseInt(batch), compute);
          }
        }
      }
    }
  }

  private static Compute compute(String name) {
    return switch (name) {
      case "exact" -> Compute.EXACT;
      case "float32", "tf32" -> Compute.FLOAT32;
      case "bf16" -> Compute.BFLOAT16;
      case "bf16-first" -> new Compute(Precision.BFLOAT16, Layout.CHANNELS_FIRST);
      default ->
          throw new IllegalArgumentException("exact, float32, tf32, bf16 or bf16-first: " + name);
    };
  }

  private void row(String architecture, int size, int batch, String name) {
    Compute compute = compute(name);
    if (!PrecisionUnits.has(device, compute.precision())) {
      System.out.printf(
          "| %s | %d | %d | %s | not tried: this processor has no units for it |%s%n",
          architecture, size, batch, name, " |".repeat(9));
      return;
    }
    Network network =
        Architectures.named(architecture).withHead(new HeadSpec.Projection(128, true));
    MocoOptions options = MocoOptions.defaults().withQueueSize(queue - queue % batch);
    int warming = device.isGpu() ? WARM_ON_GPU : 1;
    int most = device.isGpu() ? MOST_ON_GPU : MOST;
    try (MadeUpViews views = new MadeUpViews(size, batch, warming + most, augmentation, device);
        Moco moco = MadeUpViews.moco(network, options, device, compute)) {
      CudaGraph.recorder(device, System.out::println).ifPresent(moco::recordSteps);
      Laps warm = laps(moco, views, warming);
      double last = warm.nanos[warming - 1];
      int steps = Math.clamp(Math.round(seconds * 1e9 / last), LEAST, most);
      moco.times().reset();
      try (DeviceBusy busy = new DeviceBusy(device)) {
        Laps laps = laps(moco, views, steps);
        double median = Clocks.median(laps.nanos);
        System.out.printf(
            "| %s | %d | %d | %s | %.1f | %.1f | %.0f | %s | %.2f (%.2f %%)%s | %d |%n",
            architecture,
            size,
            batch,
            name,
            batch * 1e9 / median,
            median / 1e6,
            laps.processNanos / 1e6 / steps,
            busy.share(),
            laps.waitedNanos / 1e6 / steps,
            100.0 * laps.waitedNanos / Arrays.stream(laps.nanos).sum(),
            stages(moco.times(), steps),
            steps);
      }
    }
  }

  private static String stages(StageTimes times, int steps) {
    if (times.of(Stage.RECORDED).isPositive()) {
      return " | recorded as one | – | – | –";
    }
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
   * @param processNanos that the process computed on all cores, all together
   */
  private record Laps(double[] nanos, long waitedNanos, long processNanos) {}

  private static Laps laps(Moco moco, MadeUpViews views, int steps) {
    double[] nanos = new double[steps];
    long waited = 0;
    synchronise(moco);
    long process = Clocks.processNanos();
    for (int i = 0; i < steps; i++) {
      long before = System.nanoTime();
      try (Views.Pair pair = views.next()) {
        waited += System.nanoTime() - before;
        moco.step(pair.queries(), pair.keys(), 1e-4, i);
      }
      if (i == steps - 1) {
        // Each step waits for its figures; what it gave the device to do after them is waited for
        // in the next step, and here in the last.
        synchronise(moco);
      }
      nanos[i] = System.nanoTime() - before;
    }
    return new Laps(nanos, waited, Clocks.processNanos() - process);
  }

  /** Waits for all that the device was given to do. */
  private static void synchronise(Moco moco) {
    try (NDArray sum = moco.query().get(moco.query().trained().getLast()).sum()) {
      sum.getFloat();
    }
  }
}
