package org.mococxr.imaging.transform;

import java.util.Arrays;
import org.mococxr.imaging.GreyImage;

/**
 * Gaussian blur as Pillow's {@code ImageFilter.GaussianBlur}, which MoCo v2 used: three extended
 * box blurs each way (Gwosdek et al., Theoretical foundations of Gaussian convolution by extended
 * box filtering, 2011), each rounded to 8 bits. Its cost does not grow with sigma.
 *
 * <p>Lines are blurred side by side, rows as columns of the transposed picture, since a line's sums
 * depend on each other and those of its neighbours do not. The grey levels are held as ints, and
 * what one inner loop reads and writes lies in one array at constant distances: loops of that form
 * the JVM turns into vector instructions.
 *
 * @param sigma standard deviation in pixels, above 0
 */
public record GaussianBlur(double sigma) implements Transform {
  private static final int PASSES = 3;

  /** Lines at a time, and the distance of the parts of the array that is worked in. */
  private static final int STRIP = 512;

  private static final int BEFORE = STRIP;
  private static final int AFTER = 2 * STRIP;
  private static final int LEAVING = 3 * STRIP;
  private static final int PARTS = 4;

  @Override
  public GreyImage apply(GreyImage image) {
    int w = image.width();
    int h = image.height();
    byte[] pixels = image.pixels();
    int[] levels = new int[pixels.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = pixels[i] & 0xFF;
    }
    int[] other = new int[levels.length];
    Box box = Box.of((float) sigma);
    transpose(levels, other, w, h);
    blurColumns(other, levels, h, w, box);
    transpose(levels, other, h, w);
    blurColumns(other, levels, w, h, box);
    byte[] out = new byte[pixels.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) levels[i];
    }
    return new GreyImage(w, h, out);
  }

  /**
   * An extended box.
   *
   * @param radius neighbours on either side that count wholly
   * @param inner weight of those, in 24-bit fixed point
   * @param outer weight of the next one on either side
   */
  private record Box(int radius, int inner, int outer) {
    static Box of(float sigma) {
      float radius = boxRadius(sigma);
      int whole = (int) radius;
      int inner = (int) ((1 << 24) / (radius * 2 + 1));
      return new Box(whole, inner, ((1 << 24) - (whole * 2 + 1) * inner) / 2);
    }
  }

  private static float boxRadius(float sigma) {
    float variance = sigma * sigma / PASSES;
    float length = (float) Math.sqrt(12.0 * variance + 1.0);
    float l = (float) Math.floor((length - 1.0) / 2.0);
    float a = (2 * l + 1) * (l * (l + 1) - 3 * variance);
    a /= 6 * (variance - (l + 1) * (l + 1));
    return l + a;
  }

  /** All passes, by turns between two arrays; their number is odd, so the last one ends in out. */
  private static void blurColumns(int[] in, int[] out, int w, int h, Box box) {
    int[] work = new int[PARTS * STRIP];
    int[] from = in;
    int[] to = out;
    for (int pass = 0; pass < PASSES; pass++) {
      for (int x = 0; x < w; x += STRIP) {
        blurStrip(from, to, x, Math.min(STRIP, w - x), w, h, box, work);
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
  }

  private static void blurStrip(
      int[] in, int[] out, int left, int n, int w, int h, Box box, int[] work) {
    int last = h - 1;
    Arrays.fill(work, 0, n, 0);
    for (int k = -box.radius; k <= box.radius; k++) {
      System.arraycopy(in, Math.min(last, Math.max(0, k)) * w + left, work, AFTER, n);
      for (int x = 0; x < n; x++) {
        work[x] += work[AFTER + x];
      }
    }
    for (int y = 0; y < h; y++) {
      int before = Math.max(0, y - box.radius - 1);
      int after = Math.min(last, y + box.radius + 1);
      int leaving = Math.max(0, y - box.radius);
      System.arraycopy(in, before * w + left, work, BEFORE, n);
      System.arraycopy(in, after * w + left, work, AFTER, n);
      System.arraycopy(in, leaving * w + left, work, LEAVING, n);
      weigh(work, n, box.inner, box.outer);
      System.arraycopy(work, BEFORE, out, y * w + left, n);
    }
  }

  /**
   * One row's result replaces the levels before it, and the sums, which lie at 0, move on by a row.
   * All weights sum to at most 2^24, so the product needs 32 unsigned bits.
   */
  private static void weigh(int[] work, int n, int inner, int outer) {
    for (int x = 0; x < n; x++) {
      int sum = work[x];
      int after = work[AFTER + x];
      work[BEFORE + x] = (sum * inner + (work[BEFORE + x] + after) * outer + (1 << 23)) >>> 24;
      work[x] = sum + after - work[LEAVING + x];
    }
  }

  /** Eight columns at a time, so that each line of the cache is read once. */
  private static void transpose(int[] in, int[] out, int w, int h) {
    int eights = w / 8 * 8;
    for (int x = 0; x < eights; x += 8) {
      for (int y = 0; y < h; y++) {
        int from = y * w + x;
        int to = x * h + y;
        out[to] = in[from];
        out[to + h] = in[from + 1];
        out[to + 2 * h] = in[from + 2];
        out[to + 3 * h] = in[from + 3];
        out[to + 4 * h] = in[from + 4];
        out[to + 5 * h] = in[from + 5];
        out[to + 6 * h] = in[from + 6];
        out[to + 7 * h] = in[from + 7];
      }
    }
    for (int x = eights; x < w; x++) {
      for (int y = 0; y < h; y++) {
        out[x * h + y] = in[y * w + x];
      }
    }
  }
}
