package org.mococxr.bench.learning;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.CudaGraph;
import org.mococxr.learning.engine.DeviceMemory;
import org.mococxr.learning.engine.PrecisionUnits;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.moco.MocoState;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.pretraining.Views;
import org.mococxr.learning.state.StateDict;
import org.mococxr.specs.training.Precision;
import org.mococxr.specs.training.PretrainingOptions;

/**
 * Checks a device against the CPU of the same machine: losses in each precision, a resumed run, and
 * the message where memory does not suffice. Arguments: {@code [architecture] [size] [batch]
 * [steps]}; the device is {@code -Dmococxr.device}'s. Ends with 1 if a check failed.
 */
public final class GpuCheck {
  private static final double RATE = 1e-4;
  private static final MocoOptions OPTIONS = MocoOptions.defaults().withQueueSize(4096);

  /** Largest relative difference of the first loss, about ten times what one H200 showed. */
  private static final double FLOAT32 = 2e-4;

  private static final double BFLOAT16 = 5e-3;

  /** Of the first loss after a checkpoint: cuDNN adds gradients in no fixed order. */
  private static final double RESUMED = 1e-3;

  private final Network network;
  private final int size;
  private final int batch;
  private final int steps;
  private final Device device = Torch.devices().getFirst();
  private final List<String> failed = new ArrayList<>();

  private GpuCheck(String architecture, int size, int batch, int steps) {
    this.network = Architectures.named(architecture).withHead(new HeadSpec.Projection(128, true));
    this.size = size;
    this.batch = batch;
    this.steps = steps;
  }

  /** Runs the checks and prints a line for each. */
  public static void main(String[] a) {
    List<String> failed =
        check(
            a.length > 0 ? a[0] : "resnet18",
            a.length > 1 ? Integer.parseInt(a[1]) : 224,
            a.length > 2 ? Integer.parseInt(a[2]) : 16,
            a.length > 3 ? Integer.parseInt(a[3]) : 8);
    System.exit(failed.isEmpty() ? 0 : 1);
  }

  /** The checks that failed. */
  static List<String> check(String architecture, int size, int batch, int steps) {
    GpuCheck check = new GpuCheck(architecture, size, batch, steps);
    System.out.printf(
        "PyTorch %s on %s, NVIDIA_TF32_OVERRIDE=%s, %s at %d px, batch %d%n",
        Torch.version(),
        check.device,
        System.getenv("NVIDIA_TF32_OVERRIDE"),
        architecture,
        size,
        batch);
    double[] expected = check.losses(Device.cpu(), Compute.FLOAT32);
    check.compare("float32", expected, Compute.FLOAT32, FLOAT32);
    if (PrecisionUnits.has(check.device, Precision.BFLOAT16)) {
      check.compare("bf16", expected, Compute.BFLOAT16, BFLOAT16);
    }
    check.resume();
    check.memory();
    return check.failed;
  }

  private void compare(String name, double[] expected, Compute compute, double allowed) {
    double[] found = losses(device, compute);
    double largest = 0;
    for (int i = 0; i < steps; i++) {
      largest = Math.max(largest, Math.abs(found[i] / expected[i] - 1));
    }
    double first = Math.abs(found[0] / expected[0] - 1);
    say(
        first <= allowed,
        "%s: loss differs from the CPU's by %.1e at step 1 (at most %.0e), %.1e over %d steps"
            .formatted(name, first, allowed, largest, steps));
  }

  private void say(boolean passed, String line) {
    System.out.println((passed ? "passed " : "FAILED ") + line);
    if (!passed) {
      failed.add(line);
    }
  }

  private Moco moco(Device on, Compute compute, MocoState state) {
    Moco moco = MadeUpViews.moco(network, OPTIONS, state, on, compute);
    CudaGraph.recorder(on, System.out::println).ifPresent(moco::recordSteps);
    return moco;
  }

  private MocoState start() {
    return Moco.start(Initialisation.random(network, 1));
  }

  private double[] losses(Device on, Compute compute) {
    try (MadeUpViews views = views(on);
        Moco moco = moco(on, compute, start())) {
      double[] losses = new double[steps];
      for (int i = 0; i < steps; i++) {
        losses[i] = step(moco, views, i);
      }
      return losses;
    }
  }

  private MadeUpViews views(Device on) {
    return new MadeUpViews(size, batch, steps, PretrainingOptions.Augmentation.CHEXPERT, on);
  }

  private static double step(Moco moco, MadeUpViews views, int number) {
    try (Views.Pair pair = views.next()) {
      return moco.step(pair.queries(), pair.keys(), RATE, number).loss();
    }
  }

  /** A state that goes through the host, as a checkpoint does, is gone on with. */
  private void resume() {
    int half = steps / 2;
    MocoState state;
    StateDict moments;
    double whole;
    try (MadeUpViews views = views(device);
        Moco moco = moco(device, Compute.FLOAT32, start())) {
      for (int i = 0; i < half; i++) {
        step(moco, views, i);
      }
      state = moco.state();
      moments = moco.optimizer().state();
      whole = step(moco, views, half);
    }
    try (MadeUpViews views = views(device);
        Moco moco = moco(device, Compute.FLOAT32, state)) {
      moco.optimizer().restore(moments, half);
      for (int i = 0; i < half; i++) {
        views.next().close();
      }
      double difference = Math.abs(step(moco, views, half) / whole - 1);
      boolean cpu = device.equals(Device.cpu());
      say(
          cpu ? difference == 0 : difference <= RESUMED,
          "resume: the next loss differs by %.1e (at most %.0e)"
              .formatted(difference, cpu ? 0 : RESUMED));
    }
  }

  private void memory() {
    try (NDManager manager = Torch.newManager(device)) {
      DeviceMemory.explained(batch, size, () -> manager.zeros(new Shape(1L << 24, 1L << 24)));
      say(false, "memory: a thousand terabytes were given");
    } catch (UserErrorException e) {
      say(e.location().equals("option batch"), "memory: " + e.getMessage());
    }
  }
}
