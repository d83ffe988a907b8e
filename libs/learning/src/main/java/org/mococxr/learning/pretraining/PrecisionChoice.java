package org.mococxr.learning.pretraining;

import ai.djl.Device;
import java.util.List;
import java.util.function.Consumer;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.Precision;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.moco.Batch;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.moco.StepObserver;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.OptimizerSpec;

/** Chooses the precision: as asked for, or the faster one on this device. */
final class PrecisionChoice {
  private static final int BATCH = 8;
  private static final int STEPS = 3;

  /** bfloat16 must be worth its rounding. */
  private static final double WORTH = 0.9;

  private PrecisionChoice() {}

  static Precision precision(PretrainOptions options, Network network, Consumer<String> notes) {
    return switch (options.told().precision()) {
      case FLOAT32 -> Precision.FLOAT32;
      case BF16 -> Precision.BFLOAT16;
      case AUTO -> faster(options, network, notes);
    };
  }

  private static Precision faster(
      PretrainOptions options, Network network, Consumer<String> notes) {
    Device device = Torch.devices().getFirst();
    if (!Precision.BFLOAT16.hasUnits(device)) {
      // Without the instructions bfloat16 is emulated, a hundred times slower: not even tried.
      notes.accept("float32, since this processor has no bfloat16 instructions");
      return Precision.FLOAT32;
    }
    double exact = seconds(options, network, device, Compute.FLOAT32);
    double lowered = seconds(options, network, device, Compute.BFLOAT16);
    Precision chosen = lowered < WORTH * exact ? Precision.BFLOAT16 : Precision.FLOAT32;
    notes.accept(
        "%s: a trial step took %.0f ms in float32 and %.0f ms in bf16"
            .formatted(
                chosen == Precision.BFLOAT16 ? "bf16" : "float32", exact * 1e3, lowered * 1e3));
    return chosen;
  }

  private static double seconds(
      PretrainOptions options, Network network, Device device, Compute compute) {
    MocoOptions numbers =
        new MocoOptions(
            options.told().dimension(),
            BATCH * 4,
            0.999,
            0.2,
            options.told().mlp(),
            false,
            options.told().symmetric());
    int size = options.imageSize();
    Batch images = new Batch(new float[BATCH * size * size], BATCH, 1, size, size);
    try (Moco moco =
        new Moco(
            network,
            numbers,
            new OptimizerSpec.Sgd(0, 0),
            Moco.start(Initialisation.random(network, 0)),
            List.of(device),
            compute,
            0,
            StepObserver.NONE)) {
      moco.step(images, images, 0, 0);
      double best = Double.POSITIVE_INFINITY;
      for (int i = 0; i < STEPS; i++) {
        long before = System.nanoTime();
        moco.step(images, images, 0, i + 1);
        best = Math.min(best, (System.nanoTime() - before) / 1e9);
      }
      return best;
    }
  }
}
