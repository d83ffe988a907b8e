package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** How four-dimensional arrays lie in memory; their shape is {@code [N, C, H, W]} in either. */
public enum Layout {
  /** Row-major. */
  CHANNELS_FIRST,
  /** Channels innermost: what convolution kernels prefer. */
  CHANNELS_LAST;

  /** Zeros of a shape in this layout. */
  NDArray zeros(NDManager manager, Shape shape) {
    if (this == CHANNELS_FIRST || shape.dimension() != 4) {
      return manager.zeros(shape, DataType.FLOAT32);
    }
    long[] s = shape.getShape();
    try (NDArray storage = manager.zeros(new Shape(s[0], s[2], s[3], s[1]), DataType.FLOAT32)) {
      return storage.transpose(0, 3, 1, 2);
    }
  }

  /** The array itself, or a copy in this layout. */
  public NDArray of(NDArray array) {
    if (this == CHANNELS_FIRST || array.getShape().dimension() != 4) {
      return array;
    }
    if (array.getShape().get(1) == 1) {
      // One plane lies the same in both; the strides alone tell the kernels.
      long[] s = array.getShape().getShape();
      try (NDArray flat = array.reshape(s[0], s[2], s[3], 1)) {
        return flat.transpose(0, 3, 1, 2);
      }
    }
    NDArray copy = zeros(array.getManager(), array.getShape());
    copy.addi(array);
    return copy;
  }
}
