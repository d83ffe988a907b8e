package org.mococxr.learning.pretraining;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.mococxr.learning.engine.DeviceMemory;
import org.mococxr.learning.engine.PrecisionUnits;
import org.mococxr.learning.moco.Moco;
import org.mococxr.specs.training.Precision;

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
    return options
        .told()
        .precision()
        .fixed(device.isGpu())
        .map(fixed -> PrecisionUnits.require(device, fixed))
        .orElseGet(() -> faster(device, start));
  }

  private Precision faster(Device device, Function<Precision, Moco> start) {
    Precision usual = device.isGpu() ? Precision.TF32 : Precision.FLOAT32;
    if (!PrecisionUnits.has(device, Precision.BFLOAT16)) {
      // Without the instructions bfloat16 is emulated, a hundred times slower: not even tried.
      notes.accept("float32, since this processor has no bfloat16 instructions");
      return Precision.FLOAT32;
    }
    double unrounded = fitting(() -> start.apply(usual));
    double lowered = seconds(start.apply(Precision.BFLOAT16));
    Precision chosen = lowered < WORTH * unrounded ? Precision.BFLOAT16 : usual;
    notes.accept(
        "%s: a trial step of %d images took %.0f ms in %s and %.0f ms in bf16"
            .formatted(
                chosen.text(),
                options.told().batch(),
                unrounded * 1e3,
                usual.text(),
                lowered * 1e3));
    return chosen;
  }

  /** As below; infinite if the device's memory does not suffice. */
  private double fitting(Supplier<Moco> start) {
    try {
      return seconds(start.get());
    } catch (EngineException e) {
      if (DeviceMemory.usedUp(e).isEmpty()) {
        throw e;
      }
      return Double.POSITIVE_INFINITY;
    }
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
