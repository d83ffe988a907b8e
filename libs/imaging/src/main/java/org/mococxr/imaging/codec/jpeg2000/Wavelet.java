package org.mococxr.imaging.codec.jpeg2000;

import java.util.List;

/**
 * The inverse wavelets (annex F): 5/3 in integers, 9/7 in single precision with the constants and
 * the order of operations of OpenJPEG. The standard leaves the rounding of the latter to the
 * decoder; this way our pixels are those that pydicom and most viewers show, to the last bit.
 */
final class Wavelet {
  private static final float ALPHA = -1.586134342f;
  private static final float BETA = -0.052980118f;
  private static final float GAMMA = 0.882911075f;
  private static final float DELTA = 0.443506852f;
  private static final float LOW = 1.230174105f;

  /** OpenJPEG's 2/K, which differs from it in the fifth digit. */
  private static final float HIGH = 1.625732422f;

  /** Columns that are lifted together, so that memory is read in order. */
  private static final int TOGETHER = 16;

  private Wavelet() {}

  /**
   * Turns subbands into samples, in place. The subbands of a resolution stand side by side: the
   * next lower resolution at the top left, HL to its right, LH below, HH at the bottom right.
   *
   * @param stride of the rows
   */
  static void inverse97(float[] tile, int stride, List<Resolution> resolutions) {
    for (int r = 1; r < resolutions.size(); r++) {
      Resolution to = resolutions.get(r);
      Resolution from = resolutions.get(r - 1);
      int width = to.x1 - to.x0;
      int height = to.y1 - to.y0;
      int low = from.x1 - from.x0;
      float[] line = new float[Math.max(width, height * TOGETHER)];
      for (int y = 0; y < height && width > 1; y++) {
        int row = y * stride;
        int odd = to.x0 & 1;
        for (int i = 0; i < low; i++) {
          line[2 * i + odd] = tile[row + i] * LOW;
        }
        for (int i = low; i < width; i++) {
          line[2 * (i - low) + 1 - odd] = tile[row + i] * HIGH;
        }
        lift97(line, width, 1, odd);
        System.arraycopy(line, 0, tile, row, width);
      }
      low = from.y1 - from.y0;
      int odd = to.y0 & 1;
      for (int x = 0; x < width && height > 1; x += TOGETHER) {
        int n = Math.min(TOGETHER, width - x);
        for (int y = 0; y < height; y++) {
          boolean isLow = y < low;
          int target = (isLow ? 2 * y + odd : 2 * (y - low) + 1 - odd) * n;
          float scale = isLow ? LOW : HIGH;
          for (int i = 0; i < n; i++) {
            line[target + i] = tile[y * stride + x + i] * scale;
          }
        }
        lift97(line, height, n, odd);
        for (int y = 0; y < height; y++) {
          System.arraycopy(line, y * n, tile, y * stride + x, n);
        }
      }
    }
  }

  private static void lift97(float[] line, int length, int n, int odd) {
    update97(line, length, n, odd, -DELTA);
    update97(line, length, n, 1 - odd, -GAMMA);
    update97(line, length, n, odd, -BETA);
    update97(line, length, n, 1 - odd, -ALPHA);
  }

  /** Adds to every second element a share of its neighbours, mirrored at the ends. */
  private static void update97(float[] line, int length, int n, int first, float share) {
    for (int k = first; k < length; k += 2) {
      int at = k * n;
      int before = k > 0 ? at - n : at + n;
      int after = k + 1 < length ? at + n : at - n;
      for (int i = 0; i < n; i++) {
        line[at + i] = line[at + i] + (line[before + i] + line[after + i]) * share;
      }
    }
  }

  /** As {@link #inverse97}, for the reversible wavelet. */
  static void inverse53(int[] tile, int stride, List<Resolution> resolutions) {
    for (int r = 1; r < resolutions.size(); r++) {
      Resolution to = resolutions.get(r);
      Resolution from = resolutions.get(r - 1);
      int width = to.x1 - to.x0;
      int height = to.y1 - to.y0;
      int low = from.x1 - from.x0;
      int odd = to.x0 & 1;
      int[] line = new int[Math.max(width, height * TOGETHER)];
      for (int y = 0; y < height; y++) {
        int row = y * stride;
        for (int i = 0; i < width; i++) {
          line[i < low ? 2 * i + odd : 2 * (i - low) + 1 - odd] = tile[row + i];
        }
        lift53(line, width, 1, odd);
        System.arraycopy(line, 0, tile, row, width);
      }
      low = from.y1 - from.y0;
      odd = to.y0 & 1;
      for (int x = 0; x < width; x += TOGETHER) {
        int n = Math.min(TOGETHER, width - x);
        for (int y = 0; y < height; y++) {
          int target = (y < low ? 2 * y + odd : 2 * (y - low) + 1 - odd) * n;
          System.arraycopy(tile, y * stride + x, line, target, n);
        }
        lift53(line, height, n, odd);
        for (int y = 0; y < height; y++) {
          System.arraycopy(line, y * n, tile, y * stride + x, n);
        }
      }
    }
  }

  private static void lift53(int[] line, int length, int n, int odd) {
    if (length == 1) {
      for (int i = 0; i < n && odd == 1; i++) {
        line[i] /= 2;
      }
      return;
    }
    for (int k = odd; k < length; k += 2) {
      int at = k * n;
      int before = k > 0 ? at - n : at + n;
      int after = k + 1 < length ? at + n : at - n;
      for (int i = 0; i < n; i++) {
        line[at + i] -= line[before + i] + line[after + i] + 2 >> 2;
      }
    }
    for (int k = 1 - odd; k < length; k += 2) {
      int at = k * n;
      int before = k > 0 ? at - n : at + n;
      int after = k + 1 < length ? at + n : at - n;
      for (int i = 0; i < n; i++) {
        line[at + i] += line[before + i] + line[after + i] >> 1;
      }
    }
  }
}
