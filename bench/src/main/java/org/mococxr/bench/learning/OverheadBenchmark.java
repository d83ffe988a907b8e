package org.mococxr.bench.learning;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mococxr.bench.Clocks;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.pretraining.Views;

/**
 * What the program adds to PyTorch's own cost of a step: {@link Moco}'s step, figures included,
 * against the same step as one call ({@link PlainStep}), in turn, in one process, in float32.
 * Arguments: {@code [architecture:size,…] [batch] [seconds] [threads]}; seconds are a row's.
 */
public final class OverheadBenchmark {
  private static final int LEAST = 5;

  /** Share of the time before the first pair counts: the JVM is still compiling. */
  private static final double WARM = 0.25;

  private static final List<String> DEFAULTS =
      List.of("resnet18:224,densenet121:224,resnet18_w16:64", "16", "45", "2");

  private OverheadBenchmark() {}

  /** Prints a row for each case, as soon as it is there. */
  public static void main(String[] arguments) {
    List<String> given = new ArrayList<>(Arrays.asList(arguments));
    given.addAll(DEFAULTS.subList(given.size(), DEFAULTS.size()));
    int batch = Integer.parseInt(given.get(1));
    Torch.setThreads(Integer.parseInt(given.get(3)));
    System.out.printf(
        "PyTorch %s, %d threads, batch %d, float32; medians in ms, overhead: median of the pairs'"
            + " (quartiles); CPU: means%n",
        Torch.version(), Torch.threads(), batch);
    System.out.println(
        "| architecture | px | step | plain libtorch | overhead | step CPU | plain CPU |"
            + " overhead CPU | pairs |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (String each : given.get(0).split(",")) {
      String[] parts = each.split(":");
      row(parts[0], Integer.parseInt(parts[1]), batch, Double.parseDouble(given.get(2)));
    }
  }

  private static void row(String architecture, int size, int batch, double seconds) {
    Network network =
        Architectures.named(architecture).withHead(new HeadSpec.Projection(128, true));
    MocoOptions options = MocoOptions.defaults().withQueueSize(4096 - 4096 % batch);
    OptimizerSpec.Adam adam = OptimizerSpec.Adam.of(1e-4);
    try (MadeUpViews views = new MadeUpViews(size, batch, 1);
        Views.Pair pair = views.next();
        Moco moco = MadeUpViews.moco(network, options, Device.cpu(), Compute.FLOAT32);
        PlainStep plain =
            new PlainStep(
                network,
                MadeUpViews.PLANES,
                options,
                adam,
                moco.state(),
                Compute.FLOAT32.layout())) {
      Runnable ours = () -> moco.step(pair.queries(), pair.keys(), 1e-4, 0);
      Runnable theirs = () -> plain.step(pair.queries(), pair.keys(), 1e-4);
      long warm = System.nanoTime() + (long) (seconds * 1e9 * WARM);
      do {
        ours.run();
        theirs.run();
      } while (System.nanoTime() < warm);
      List<Lap> a = new ArrayList<>();
      List<Lap> b = new ArrayList<>();
      long end = System.nanoTime() + (long) (seconds * 1e9);
      while (a.size() < LEAST || System.nanoTime() < end) {
        // Who begins changes, so that neither has the caches of the other to itself.
        if (a.size() % 2 == 0) {
          a.add(Lap.of(ours));
          b.add(Lap.of(theirs));
        } else {
          b.add(Lap.of(theirs));
          a.add(Lap.of(ours));
        }
      }
      System.out.printf(
          "| %s | %d | %s | %s | %d |%n", architecture, size, wall(a, b), cpu(a, b), a.size());
    }
  }

  private record Lap(double nanos, double cpuNanos) {
    static Lap of(Runnable step) {
      long cpu = Clocks.processNanos();
      long before = System.nanoTime();
      step.run();
      return new Lap(System.nanoTime() - before, Clocks.processNanos() - cpu);
    }
  }

  private static String wall(List<Lap> ours, List<Lap> theirs) {
    double[] a = ours.stream().mapToDouble(Lap::nanos).toArray();
    double[] b = theirs.stream().mapToDouble(Lap::nanos).toArray();
    double[] added = new double[a.length];
    for (int i = 0; i < added.length; i++) {
      added[i] = 100 * (a[i] / b[i] - 1);
    }
    return "%.1f | %.1f | %.1f %% (%.1f … %.1f)"
        .formatted(
            Clocks.median(a) / 1e6,
            Clocks.median(b) / 1e6,
            Clocks.median(added),
            Clocks.quantile(added, 0.25),
            Clocks.quantile(added, 0.75));
  }

  /** Means, because the system counts a process's time in hundredths of a second. */
  private static String cpu(List<Lap> ours, List<Lap> theirs) {
    double a = ours.stream().mapToDouble(Lap::cpuNanos).average().orElseThrow();
    double b = theirs.stream().mapToDouble(Lap::cpuNanos).average().orElseThrow();
    return "%.1f | %.1f | %.1f %%".formatted(a / 1e6, b / 1e6, 100 * (a / b - 1));
  }
}
