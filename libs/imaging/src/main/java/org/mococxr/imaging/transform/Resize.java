package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/**
 * Antialiased bilinear resizing, bit for bit as Pillow's {@code Image.resize(…, BILINEAR)}: a
 * triangle filter whose support grows with the reduction, weights in 22-bit fixed point, first
 * across and then down, each rounded to 8 bits.
 */
public final class Resize implements Transform {
  private final boolean shorterSide;
  private final int width;
  private final int height;

  private Resize(boolean shorterSide, int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("size must be at least 1: " + width + " × " + height);
    }
    this.shorterSide = shorterSide;
    this.width = width;
    this.height = height;
  }

  /** The shorter side becomes {@code size} pixels, the aspect ratio stays (longer side floored). */
  public static Resize shorterSide(int size) {
    return new Resize(true, size, size);
  }

  /** Exactly this size, whatever becomes of the aspect ratio. */
  public static Resize to(int width, int height) {
    return new Resize(false, width, height);
  }

  @Override
  public GreyImage apply(GreyImage image) {
    int w = image.width();
    int h = image.height();
    if (!shorterSide) {
      return resize(image, 0, 0, w, h, width, height);
    }
    int newWidth = w <= h ? width : (int) ((long) width * w / h);
    int newHeight = w <= h ? (int) ((long) width * h / w) : width;
    return resize(image, 0, 0, w, h, newWidth, newHeight);
  }

  /**
   * Resizes a part of a picture, using no pixel outside the part.
   *
   * @param left first column of the part
   * @param top first row of the part
   */
  static GreyImage resize(
      GreyImage image, int left, int top, int w, int h, int newWidth, int newHeight) {
    if (newWidth == image.width()
        && newHeight == image.height()
        && w == newWidth
        && h == newHeight) {
      return image;
    }
    byte[] pixels = image.pixels();
    int stride = image.width();
    int start = top * stride + left;
    if (newWidth != w) {
      byte[] across = new byte[newWidth * h];
      ResampleWeights weights = ResampleWeights.of(w, newWidth);
      for (int y = 0; y < h; y++) {
        weights.row(pixels, start + y * stride, across, y * newWidth);
      }
      pixels = across;
      stride = newWidth;
      start = 0;
    }
    byte[] out = new byte[newWidth * newHeight];
    if (newHeight != h) {
      ResampleWeights.of(h, newHeight).columns(pixels, start, stride, newWidth, out);
    } else {
      for (int y = 0; y < h; y++) {
        System.arraycopy(pixels, start + y * stride, out, y * newWidth, newWidth);
      }
    }
    return new GreyImage(newWidth, newHeight, out);
  }
}
