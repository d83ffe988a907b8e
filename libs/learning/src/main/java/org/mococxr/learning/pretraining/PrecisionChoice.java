package org.mococxr.learning.pretraining;

import ai.djl.Device;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.mococxr.learning.engine.Precision;
import org.mococxr.learning.moco.Moco;

/**
 * Chooses the precision: as asked for, or the faster one. The trial steps are the run's own: its
 * network, batch, queue, devices and loader, so that a run that waits for its pictures gains
 * nothing from rounding.
 */
final class PrecisionChoice {
  private static final int MOST_STEPS = 5;
  private static final double SECONDS = 3;

  /** bfloat16 must be worth its rounding. */
  private static final double WORTH = 0.9;

  private final PretrainOptions options;
  private final int images;
  private final Views views;
  private final Consumer<String> notes;

  /**
   * For a run.
   *
   * @param images in its data set
   * @param views of the run
   */
  PrecisionChoice(PretrainOptions options, int images, Views views, Consumer<String> notes) {
    this.options = options;
    this.images = images;
    this.views = views;
    this.notes = notes;
  }

  /**
   * Chooses.
   *
   * @param device the first that computes
   * @param start gives the run's state at its beginning in a precision; closed again
   */
  Precision precision(Device device, Function<Precision, Moco> start) {
    return switch (options.told().precision()) {
      case FLOAT32 -> Precision.FLOAT32;
      case BF16 -> Precision.BFLOAT16;
      case AUTO -> faster(device, start);
    };
  }

  private Precision faster(Device device, Function<Precision, Moco> start) {
    if (!Precision.BFLOAT16.hasUnits(device)) {
      // Without the instructions bfloat16 is emulated, a hundred times slower: not even tried.
      notes.accept("float32, since this processor has no bfloat16 instructions");
      return Precision.FLOAT32;
    }
    double exact = seconds(start.apply(Precision.FLOAT32));
    double lowered = seconds(start.apply(Precision.BFLOAT16));
    Precision chosen = lowered < WORTH * exact ? Precision.BFLOAT16 : Precision.FLOAT32;
    notes.accept(
        "%s: a trial step of %d images took %.0f ms in float32 and %.0f ms in bf16"
            .formatted(
                chosen == Precision.BFLOAT16 ? "bf16" : "float32",
                options.told().batch(),
                exact * 1e3,
                lowered * 1e3));
    return chosen;
  }

  /** The fastest of some steps after one that warms up, waiting for views included. */
  private double seconds(Moco moco) {
    int batch = options.told().batch();
    int[] order = IntStream.range(0, batch * (1 + MOST_STEPS)).map(i -> i % images).toArray();
    try (moco;
        Views.Epoch batches = views.epoch(0, order, batch, 0)) {
      step(moco, batches);
      double best = Double.POSITIVE_INFINITY;
      long end = System.nanoTime() + (long) (SECONDS * 1e9);
      for (int i = 0; i < MOST_STEPS && (i == 0 || System.nanoTime() < end); i++) {
        long before = System.nanoTime();
        step(moco, batches);
        best = Math.min(best, (System.nanoTime() - before) / 1e9);
      }
      return best;
    }
  }

  private static void step(Moco moco, Views.Epoch batches) {
    try (Views.Pair pair = batches.next()) {
      moco.step(pair.queries(), pair.keys(), 0, 0);
    }
  }
}
