package org.mococxr.imaging.testing;

import java.io.ByteArrayOutputStream;

/** Writes lossless JPEG for tests, straight from ITU-T T.81 annex H. */
public final class LosslessJpegFiles {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int buffer;
  private int bits;

  private LosslessJpegFiles() {}

  /**
   * A file.
   *
   * @param restartRows lines between restart markers, or 0 for none
   */
  public static byte[] write(
      int[] samples, int width, int precision, int predictor, int shift, int restartRows) {
    return new LosslessJpegFiles().file(samples, width, precision, predictor, shift, restartRows);
  }

  private byte[] file(
      int[] samples, int width, int precision, int predictor, int shift, int restartRows) {
    int height = samples.length / width;
    put(0xFF, 0xD8, 0xFF, 0xC3, 0, 11, precision);
    put(height >> 8, height, width >> 8, width, 1, 1, 0x11, 0);
    // Seventeen codes of five bits: code i is for category i.
    put(0xFF, 0xC4, 0, 2 + 17 + 17, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    for (int i = 0; i < 17; i++) {
      put(i);
    }
    if (restartRows > 0) {
      put(0xFF, 0xDD, 0, 4, restartRows * width >> 8, restartRows * width);
    }
    put(0xFF, 0xDA, 0, 8, 1, 1, 0, predictor, 0, shift);
    for (int y = 0; y < height; y++) {
      boolean first = y == 0 || (restartRows > 0 && y % restartRows == 0);
      if (first && y > 0) {
        align();
        put(0xFF, 0xD0 + (y / restartRows - 1) % 8);
      }
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        int left = x > 0 ? samples[at - 1] >> shift : 0;
        int above = y > 0 ? samples[at - width] >> shift : 0;
        int corner = x > 0 && y > 0 ? samples[at - width - 1] >> shift : 0;
        int prediction =
            first && x == 0
                ? 1 << precision - shift - 1
                : first ? left : x == 0 ? above : predict(predictor, left, above, corner);
        encode((short) ((samples[at] >> shift) - prediction));
      }
    }
    align();
    put(0xFF, 0xD9);
    return out.toByteArray();
  }

  private static int predict(int predictor, int a, int b, int c) {
    return new int[] {0, a, b, c, a + b - c, a + (b - c >> 1), b + (a - c >> 1), a + b >> 1}
        [predictor];
  }

  private void encode(int difference) {
    if (difference == -32768) {
      bits(16, 5);
      return;
    }
    int category = 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
    bits(category, 5);
    bits(difference < 0 ? difference - 1 : difference, category);
  }

  private void bits(int value, int n) {
    for (int i = n - 1; i >= 0; i--) {
      buffer = buffer << 1 | (value >> i & 1);
      if (++bits == 8) {
        put(buffer);
        if ((buffer & 0xFF) == 0xFF) {
          put(0);
        }
        bits = 0;
        buffer = 0;
      }
    }
  }

  private void align() {
    while (bits != 0) {
      bits(1, 1);
    }
  }

  private void put(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
  }
}
