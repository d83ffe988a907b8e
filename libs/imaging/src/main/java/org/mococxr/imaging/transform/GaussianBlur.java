package org.mococxr.imaging.transform;

import java.util.Arrays;
import org.mococxr.imaging.GreyImage;

/**
 * Gaussian blur as Pillow's {@code ImageFilter.GaussianBlur}, which MoCo v2 used: three extended
 * box blurs each way (Gwosdek et al., Theoretical foundations of Gaussian convolution by extended
 * box filtering, 2011), each rounded to 8 bits. Its cost does not grow with sigma.
 *
 * @param sigma standard deviation in pixels, above 0
 */
public record GaussianBlur(double sigma) implements Transform {
  private static final int PASSES = 3;

  @Override
  public GreyImage apply(GreyImage image) {
    int w = image.width();
    int h = image.height();
    float radius = boxRadius((float) sigma);
    int whole = (int) radius;
    int inner = (int) ((1 << 24) / (radius * 2 + 1));
    int outer = ((1 << 24) - (whole * 2 + 1) * inner) / 2;
    byte[] a = image.pixels().clone();
    byte[] b = new byte[a.length];
    byte[] line = new byte[w];
    for (int y = 0; y < h; y++) {
      for (int pass = 0; pass < PASSES; pass++) {
        System.arraycopy(a, y * w, line, 0, w);
        blurRow(line, a, y * w, w, whole, inner, outer);
      }
    }
    int[] sums = new int[w];
    for (int pass = 0; pass < PASSES; pass++) {
      blurColumns(a, b, w, h, whole, inner, outer, sums);
      byte[] swap = a;
      a = b;
      b = swap;
    }
    return new GreyImage(w, h, a);
  }

  private static float boxRadius(float sigma) {
    float variance = sigma * sigma / PASSES;
    float length = (float) Math.sqrt(12.0 * variance + 1.0);
    float l = (float) Math.floor((length - 1.0) / 2.0);
    float a = (2 * l + 1) * (l * (l + 1) - 3 * variance);
    a /= 6 * (variance - (l + 1) * (l + 1));
    return l + a;
  }

  private static void blurRow(
      byte[] in, byte[] out, int start, int n, int radius, int inner, int outer) {
    int last = n - 1;
    int sum = 0;
    for (int k = -radius; k <= radius; k++) {
      sum += in[Math.min(last, Math.max(0, k))] & 0xFF;
    }
    // Within the margin, no neighbour needs to be clamped.
    int margin = Math.min(n, radius + 1);
    int inside = Math.max(margin, n - radius - 1);
    for (int x = 0; x < margin; x++) {
      sum = blurEdge(in, out, start, x, last, radius, inner, outer, sum);
    }
    for (int x = margin; x < inside; x++) {
      int after = in[x + radius + 1] & 0xFF;
      int ends = (in[x - radius - 1] & 0xFF) + after;
      out[start + x] = weigh(sum, ends, inner, outer);
      sum += after - (in[x - radius] & 0xFF);
    }
    for (int x = inside; x < n; x++) {
      sum = blurEdge(in, out, start, x, last, radius, inner, outer, sum);
    }
  }

  private static int blurEdge(
      byte[] in,
      byte[] out,
      int start,
      int x,
      int last,
      int radius,
      int inner,
      int outer,
      int sum) {
    int before = in[Math.max(0, x - radius - 1)] & 0xFF;
    int after = in[Math.min(last, x + radius + 1)] & 0xFF;
    out[start + x] = weigh(sum, before + after, inner, outer);
    return sum + after - (in[Math.max(0, x - radius)] & 0xFF);
  }

  private static void blurColumns(
      byte[] in, byte[] out, int w, int h, int radius, int inner, int outer, int[] sums) {
    Arrays.fill(sums, 0);
    int last = h - 1;
    for (int k = -radius; k <= radius; k++) {
      int row = Math.min(last, Math.max(0, k)) * w;
      for (int x = 0; x < w; x++) {
        sums[x] += in[row + x] & 0xFF;
      }
    }
    for (int y = 0; y < h; y++) {
      int before = Math.max(0, y - radius - 1) * w;
      int after = Math.min(last, y + radius + 1) * w;
      int leaving = Math.max(0, y - radius) * w;
      for (int x = 0; x < w; x++) {
        int next = in[after + x] & 0xFF;
        out[y * w + x] = weigh(sums[x], (in[before + x] & 0xFF) + next, inner, outer);
        sums[x] += next - (in[leaving + x] & 0xFF);
      }
    }
  }

  /** All weights sum to at most 2^24, so the product needs 32 unsigned bits. */
  private static byte weigh(int sum, int ends, int inner, int outer) {
    return (byte) ((sum * inner + ends * outer + (1 << 23)) >>> 24);
  }
}
