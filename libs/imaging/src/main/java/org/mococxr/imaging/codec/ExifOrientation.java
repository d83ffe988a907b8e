package org.mococxr.imaging.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.mococxr.imaging.GreyImage;

/** The EXIF tag that says how a camera or scanner was held, and its undoing (CIPA DC-008). */
public final class ExifOrientation {
  private static final int ORIENTATION_TAG = 0x0112;

  private ExifOrientation() {}

  /**
   * The orientation in a TIFF block, or 1 (upright) if it has none that makes sense.
   *
   * @param start of the TIFF header in the data
   * @param end of the block
   */
  static int read(byte[] data, int start, int end) {
    if (end - start < 14) {
      return 1;
    }
    ByteBuffer tiff = ByteBuffer.wrap(data, start, end - start).slice();
    tiff.order(data[start] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (tiff.getShort(2) != 42 || directory < 8 || directory > tiff.capacity() - 2) {
      return 1;
    }
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      if (entry + 12 > tiff.capacity()) {
        return 1;
      }
      if ((tiff.getShort(entry) & 0xFFFF) == ORIENTATION_TAG) {
        int value = tiff.getShort(entry + 8);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  /** The picture turned upright. */
  public static GreyImage upright(GreyImage image, int orientation) {
    if (orientation <= 1 || orientation > 8) {
      return image;
    }
    int w = image.width();
    int h = image.height();
    boolean transposed = orientation >= 5;
    int outWidth = transposed ? h : w;
    int outHeight = transposed ? w : h;
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    for (int y = 0; y < outHeight; y++) {
      for (int x = 0; x < outWidth; x++) {
        int source =
            switch (orientation) {
              case 2 -> y * w + (w - 1 - x);
              case 3 -> (h - 1 - y) * w + (w - 1 - x);
              case 4 -> (h - 1 - y) * w + x;
              case 5 -> x * w + y;
              case 6 -> (h - 1 - x) * w + y;
              case 7 -> (h - 1 - x) * w + (w - 1 - y);
              default -> x * w + (w - 1 - y);
            };
        out[y * outWidth + x] = in[source];
      }
    }
    return new GreyImage(outWidth, outHeight, out);
  }
}
