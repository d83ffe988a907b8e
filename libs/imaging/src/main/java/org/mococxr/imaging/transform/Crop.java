package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/**
 * Cuts out a rectangle; parts beyond the picture are black.
 *
 * @param left first column; may be negative
 * @param top first row; may be negative
 * @param width columns of the result
 * @param height rows of the result
 */
public record Crop(int left, int top, int width, int height) implements Transform {

  @Override
  public GreyImage apply(GreyImage image) {
    byte[] out = new byte[width * height];
    int fromX = Math.max(0, left);
    int columns = Math.min(image.width(), left + width) - fromX;
    int toY = Math.min(image.height(), top + height);
    for (int y = Math.max(0, top); y < toY && columns > 0; y++) {
      System.arraycopy(
          image.pixels(),
          y * image.width() + fromX,
          out,
          (y - top) * width + (fromX - left),
          columns);
    }
    return new GreyImage(width, height, out);
  }
}
