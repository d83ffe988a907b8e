package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.mococxr.specs.training.Layout;

/** Arrays in a memory layout. */
public final class Layouts {
  private Layouts() {}

  static NDArray zeros(Layout layout, NDManager manager, Shape shape) {
    if (layout == Layout.CHANNELS_FIRST || shape.dimension() != 4) {
      return manager.zeros(shape, DataType.FLOAT32);
    }
    long[] s = shape.getShape();
    try (NDArray storage = manager.zeros(new Shape(s[0], s[2], s[3], s[1]), DataType.FLOAT32)) {
      return storage.transpose(0, 3, 1, 2);
    }
  }

  /** The array itself, or a copy in this layout. */
  public static NDArray of(Layout layout, NDArray array) {
    if (layout == Layout.CHANNELS_FIRST || array.getShape().dimension() != 4) {
      return array;
    }
    if (array.getShape().get(1) == 1) {
      // One plane lies the same in both; the strides alone tell the kernels.
      long[] s = array.getShape().getShape();
      try (NDArray flat = array.reshape(s[0], s[2], s[3], 1)) {
        return flat.transpose(0, 3, 1, 2);
      }
    }
    NDArray copy = zeros(layout, array.getManager(), array.getShape());
    copy.addi(array);
    return copy;
  }
}
