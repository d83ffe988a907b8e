package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Switches recording for gradients on this thread, until closed. DJL's GradientCollector is one per
 * JVM, and a new thread starts with recording on: this is the only switch that we use.
 */
public final class GradientMode implements AutoCloseable {
  private final boolean before;

  private GradientMode(boolean recording) {
    before = JniUtils.isGradMode();
    JniUtils.setGradMode(recording);
  }

  /** Operations are recorded. */
  public static GradientMode recording() {
    return new GradientMode(true);
  }

  /** Operations are not recorded: inference, updates in place. */
  public static GradientMode off() {
    return new GradientMode(false);
  }

  /** Adds the gradients of a scalar to the parameters that it was computed from. */
  public static void backward(NDArray loss) {
    NDArray one = loss.getManager().ones(loss.getShape());
    JniUtils.backward(Torch.pt(loss), Torch.pt(one), false, false);
  }

  /**
   * Adds the gradients of what an array is part of, given the gradient by the array, to the
   * parameters that it was computed from. What was recorded is kept for further calls.
   *
   * @param gradient of the array's shape
   */
  public static void backward(NDArray array, NDArray gradient) {
    JniUtils.backward(Torch.pt(array), Torch.pt(gradient), true, false);
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
