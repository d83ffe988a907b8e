package org.mococxr.learning.moco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * One view of a batch on the host: float32, normalised, row-major {@code [n, channels, height,
 * width]}. The engine reads the array in place: it must not change before the step has ended.
 */
public record Batch(float[] values, int n, int channels, int height, int width) {

  public Batch {
    if (values.length != (long) n * channels * height * width) {
      throw new IllegalArgumentException(
          "%d values for [%d, %d, %d, %d]".formatted(values.length, n, channels, height, width));
    }
  }

  /** The images at {@code rows[from] … rows[to - 1]} on a manager's device. */
  NDArray images(NDManager manager, int[] rows, int from, int to) {
    int image = channels * height * width;
    float[] chosen = values;
    boolean all = to - from == n;
    for (int i = from; all && i < to; i++) {
      all = rows[i] == i - from;
    }
    if (!all) {
      chosen = new float[(to - from) * image];
      for (int i = from; i < to; i++) {
        System.arraycopy(values, rows[i] * image, chosen, (i - from) * image, image);
      }
    }
    return manager.create(chosen, new Shape(to - from, channels, height, width));
  }
}
