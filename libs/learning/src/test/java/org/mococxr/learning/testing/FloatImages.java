package org.mococxr.learning.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.Layouts;
import org.mococxr.specs.training.Layout;

/**
 * Images of any values, as other programs' numbers are given for.
 *
 * @param values row-major {@code [n, channels, height, width]}
 */
public record FloatImages(float[] values, int n, int channels, int height, int width)
    implements ImageBatch {

  @Override
  public NDArray images(NDManager step, Layout layout, int[] rows) {
    int image = channels * height * width;
    int count = rows == null ? n : rows.length;
    float[] chosen = new float[count * image];
    for (int i = 0; i < count; i++) {
      int row = rows == null ? i : rows[i];
      System.arraycopy(values, row * image, chosen, i * image, image);
    }
    return Layouts.of(layout, step.create(chosen, new Shape(count, channels, height, width)));
  }

  @Override
  public NDArray source(NDManager step) {
    return step.create(values, new Shape(n, channels, height, width));
  }

  @Override
  public NDArray imagesOf(NDArray source, NDManager step, Layout layout) {
    NDArray images = source.duplicate();
    images.attach(step);
    return Layouts.of(layout, images);
  }
}
