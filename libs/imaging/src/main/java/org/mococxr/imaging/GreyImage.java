package org.mococxr.imaging;

import java.util.Arrays;

/**
 * An 8-bit greyscale picture: 0 is black, 255 white, rows from the top, pixels from the left.
 *
 * <p>The array is shared and not copied, since pictures are handed from step to step by the
 * million: whoever has made one and passes it on no longer writes to it.
 */
public final class GreyImage {
  private final int width;
  private final int height;
  private final byte[] pixels;

  /**
   * @param width columns, at least 1
   * @param height rows, at least 1
   * @param pixels {@code width × height} unsigned bytes, row by row; kept, not copied
   */
  public GreyImage(int width, int height, byte[] pixels) {
    if (width < 1 || height < 1 || (long) width * height != pixels.length) {
      throw new IllegalArgumentException(
          width + " × " + height + " pixels do not fit an array of " + pixels.length);
    }
    this.width = width;
    this.height = height;
    this.pixels = pixels;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** The pixels themselves (shared), row-major, unsigned. */
  public byte[] pixels() {
    return pixels;
  }

  /** Grey level 0 … 255 of a pixel. */
  public int at(int x, int y) {
    return pixels[y * width + x] & 0xFF;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GreyImage that
        && width == that.width
        && height == that.height
        && Arrays.equals(pixels, that.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return "GreyImage " + width + "×" + height;
  }
}
