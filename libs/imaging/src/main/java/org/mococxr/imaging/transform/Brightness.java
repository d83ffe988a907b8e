package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/**
 * Scales all grey levels: 0 gives black, 1 the same picture (Pillow's {@code
 * ImageEnhance.Brightness}).
 *
 * @param factor at least 0
 */
public record Brightness(double factor) implements Transform {

  @Override
  public GreyImage apply(GreyImage image) {
    byte[] table = Blend.table(0, (float) factor);
    return new GreyImage(image.width(), image.height(), Blend.lookUp(image.pixels(), table));
  }
}
