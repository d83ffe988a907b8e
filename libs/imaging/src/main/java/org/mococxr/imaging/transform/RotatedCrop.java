package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/**
 * Flip, rotation and crop in one pass: the same pixels as {@link Flip#HORIZONTAL}, then {@link
 * Rotate}, then {@link Crop}, at a fraction of the work, since only what is kept is computed.
 *
 * <p>Coordinates go in 16.16 fixed point by increments, and the matrix is rounded to 15 decimals,
 * as in Pillow's {@code rotate(…, NEAREST)}, so that the result is the same to the pixel.
 *
 * @param mirrored whether to mirror left and right first
 * @param degrees counter-clockwise, about the picture's middle
 * @param left first column of the crop, within the picture
 * @param top first row of the crop, within the picture
 * @param width columns of the crop
 * @param height rows of the crop
 */
public record RotatedCrop(
    boolean mirrored, double degrees, int left, int top, int width, int height)
    implements Transform {
  private static final int FIXED = 16;
  private static final int ONE = 1 << FIXED;

  @Override
  public GreyImage apply(GreyImage image) {
    double angle = -Math.toRadians(((degrees % 360) + 360) % 360);
    double cos = round15(Math.cos(angle));
    double sin = round15(Math.sin(angle));
    double centreX = image.width() / 2.0;
    double centreY = image.height() / 2.0;
    double shiftX = cos * -centreX + sin * -centreY + centreX;
    double shiftY = -sin * -centreX + cos * -centreY + centreY;
    long stepXx = fix(cos);
    long stepXy = fix(sin);
    long stepYx = fix(-sin);
    long stepYy = fix(cos);
    long startX = fix(shiftX + cos * 0.5 + sin * 0.5) + stepXx * left + stepXy * top;
    long startY = fix(shiftY - sin * 0.5 + cos * 0.5) + stepYx * left + stepYy * top;
    byte[] out = new byte[width * height];
    for (int y = 0; y < height; y++) {
      row(image, out, y * width, startX + stepXy * y, startY + stepYy * y, stepXx, stepYx);
    }
    return new GreyImage(width, height, out);
  }

  /** One output row: first the columns whose source lies within the picture, then only those. */
  private void row(GreyImage image, byte[] out, int to, long x0, long y0, long stepX, long stepY) {
    long widthFixed = (long) image.width() << FIXED;
    long heightFixed = (long) image.height() << FIXED;
    int from = Math.max(firstInside(x0, stepX, widthFixed), firstInside(y0, stepY, heightFixed));
    int until = Math.min(endInside(x0, stepX, widthFixed), endInside(y0, stepY, heightFixed));
    byte[] in = image.pixels();
    int w = image.width();
    long x = x0 + stepX * from;
    long y = y0 + stepY * from;
    if (w < 1 << 14 && image.height() < 1 << 14) {
      // In 32 bits, as everything inside fits: half the work of the loop below.
      int xi = mirrored ? (int) (widthFixed - 1 - x) : (int) x;
      int dx = (int) (mirrored ? -stepX : stepX);
      int yi = (int) y;
      int dy = (int) stepY;
      for (int i = from; i < until; i++, xi += dx, yi += dy) {
        out[to + i] = in[(yi >> FIXED) * w + (xi >> FIXED)];
      }
      return;
    }
    for (int i = from; i < until; i++, x += stepX, y += stepY) {
      int column = (int) (x >> FIXED);
      out[to + i] = in[(int) (y >> FIXED) * w + (mirrored ? w - 1 - column : column)];
    }
  }

  /** The first i of 0 … width with {@code 0 ≤ start + i·step < limit}, if there is one. */
  private int firstInside(long start, long step, long limit) {
    if (step > 0 && start < 0) {
      return (int) Math.min(width, (-start + step - 1) / step);
    }
    if (step < 0 && start >= limit) {
      return (int) Math.min(width, (start - limit) / -step + 1);
    }
    return step == 0 && (start < 0 || start >= limit) ? width : 0;
  }

  /** One more than the last i with {@code 0 ≤ start + i·step < limit}, at most the width. */
  private int endInside(long start, long step, long limit) {
    if (step > 0) {
      return start >= limit ? 0 : (int) Math.min(width, (limit - 1 - start) / step + 1);
    }
    if (step < 0) {
      return start < 0 ? 0 : (int) Math.min(width, start / -step + 1);
    }
    return width;
  }

  private static long fix(double value) {
    return (long) Math.floor(value * ONE + 0.5);
  }

  private static double round15(double value) {
    return Math.rint(value * 1e15) / 1e15;
  }
}
