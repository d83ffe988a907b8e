package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/**
 * Contrast-limited adaptive histogram equalisation (Zuiderveld, Graphics Gems IV, 1994): a
 * histogram for each tile, cut off at a limit whose excess is spread evenly, equalised, and blended
 * linearly between the middles of the tiles.
 *
 * @param clipLimit how far a bin may rise above the mean bin, for example 2; at least 1 pixel is
 *     allowed
 * @param tiles tiles along each side, for example 8
 */
public record Clahe(double clipLimit, int tiles) implements Transform {
  private static final int LEVELS = 256;

  /** Checks the numbers. */
  public Clahe {
    if (!(clipLimit > 0) || tiles < 1) {
      throw new IllegalArgumentException(
          "clip limit and tiles must be above 0: " + clipLimit + ", " + tiles);
    }
  }

  @Override
  public GreyImage apply(GreyImage image) {
    int w = image.width();
    int h = image.height();
    int across = Math.min(tiles, w);
    int down = Math.min(tiles, h);
    byte[][] tables = new byte[across * down][];
    for (int row = 0; row < down; row++) {
      for (int column = 0; column < across; column++) {
        tables[row * across + column] =
            table(
                image,
                edge(column, across, w),
                edge(column + 1, across, w),
                edge(row, down, h),
                edge(row + 1, down, h));
      }
    }
    byte[] out = new byte[w * h];
    for (int y = 0; y < h; y++) {
      double ty = (y + 0.5) * down / h - 0.5;
      int top = (int) Math.floor(ty);
      double dy = ty - top;
      int above = Math.max(0, top) * across;
      int below = Math.min(down - 1, top + 1) * across;
      for (int x = 0; x < w; x++) {
        double tx = (x + 0.5) * across / w - 0.5;
        int left = (int) Math.floor(tx);
        double dx = tx - left;
        int first = Math.max(0, left);
        int second = Math.min(across - 1, left + 1);
        int level = image.at(x, y);
        double upper = mix(tables[above + first][level], tables[above + second][level], dx);
        double lower = mix(tables[below + first][level], tables[below + second][level], dx);
        out[y * w + x] = (byte) (upper + (lower - upper) * dy + 0.5);
      }
    }
    return new GreyImage(w, h, out);
  }

  private static double mix(byte a, byte b, double share) {
    return (a & 0xFF) + ((b & 0xFF) - (a & 0xFF)) * share;
  }

  private static int edge(int tile, int tiles, int length) {
    return (int) ((long) tile * length / tiles);
  }

  private byte[] table(GreyImage image, int left, int right, int top, int bottom) {
    int[] histogram = new int[LEVELS];
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        histogram[image.at(x, y)]++;
      }
    }
    int pixels = (right - left) * (bottom - top);
    clip(histogram, Math.max(1, (int) (clipLimit * pixels / LEVELS)));
    byte[] table = new byte[LEVELS];
    long sum = 0;
    for (int level = 0; level < LEVELS; level++) {
      sum += histogram[level];
      table[level] = (byte) ((sum * (LEVELS - 1) + pixels / 2) / pixels);
    }
    return table;
  }

  private static void clip(int[] histogram, int limit) {
    int excess = 0;
    for (int level = 0; level < LEVELS; level++) {
      excess += Math.max(0, histogram[level] - limit);
      histogram[level] = Math.min(limit, histogram[level]);
    }
    int each = excess / LEVELS;
    int rest = excess % LEVELS;
    for (int level = 0; level < LEVELS; level++) {
      histogram[level] += each;
    }
    int step = rest == 0 ? LEVELS : Math.max(1, LEVELS / rest);
    for (int level = 0; level < LEVELS && rest > 0; level += step, rest--) {
      histogram[level]++;
    }
  }
}
