package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;

/** A number that an update takes: known now, or read by the device when it updates. */
public sealed interface Scalar {

  /** As an argument of a script. */
  IValue argument();

  /** Known when the work is given to the device. */
  record Known(double value) implements Scalar {
    @Override
    public IValue argument() {
      return IValue.from(value);
    }
  }

  /**
   * In float32 on the device, so that work that was recorded can take another each time.
   *
   * @param array without dimensions
   */
  record OnDevice(NDArray array) implements Scalar {

    /** Zero so far. */
    public static OnDevice zero(NDManager owner) {
      return new OnDevice(owner.zeros(new Shape()));
    }

    @Override
    public IValue argument() {
      return IValue.from(Torch.pt(array));
    }
  }
}
