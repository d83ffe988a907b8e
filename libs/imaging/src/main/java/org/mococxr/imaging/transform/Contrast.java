package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/**
 * Spreads grey levels about the picture's rounded mean: 0 gives plain grey, 1 the same picture
 * (Pillow's {@code ImageEnhance.Contrast}).
 *
 * @param factor at least 0
 */
public record Contrast(double factor) implements Transform {

  @Override
  public GreyImage apply(GreyImage image) {
    byte[] pixels = image.pixels();
    long sum = 0;
    for (byte pixel : pixels) {
      sum += pixel & 0xFF;
    }
    int mean = (int) ((double) sum / pixels.length + 0.5);
    byte[] table = Blend.table(mean, (float) factor);
    return new GreyImage(image.width(), image.height(), Blend.lookUp(pixels, table));
  }
}
