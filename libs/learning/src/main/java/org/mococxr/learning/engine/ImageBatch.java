package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mococxr.specs.training.Layout;

/** Images as a step of training takes them: one view of each of its samples. */
public interface ImageBatch {

  /** Number of images. */
  int n();

  /**
   * Normalised float32 images {@code [rows, planes, height, width]} on a manager's device.
   *
   * @param step owns the result; the batch must outlive the step
   * @param layout in memory
   * @param rows which images, in this order; null for all
   */
  NDArray images(NDManager step, Layout layout, int[] rows);

  /**
   * What all images are made of, on a manager's device: of one shape and type in all batches of one
   * size that a loader makes.
   */
  NDArray source(NDManager step);

  /** All images, made of the {@link #source} of another batch of the same loader. */
  NDArray imagesOf(NDArray source, NDManager step, Layout layout);
}
