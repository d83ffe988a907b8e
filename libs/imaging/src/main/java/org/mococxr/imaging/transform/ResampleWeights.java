package org.mococxr.imaging.transform;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The triangle filter's fixed-point weights for one axis, from n input to m output positions. */
final class ResampleWeights {
  /** 32 bits less 8 of the pixel and 2 of headroom, as Pillow has it. */
  private static final int PRECISION = 22;

  private static final int HALF = 1 << (PRECISION - 1);
  private static final int REMEMBERED = 64;

  /** Each thread's latest weights: the pictures of one cache share few sizes. */
  private static final ThreadLocal<Map<Long, ResampleWeights>> RECENT =
      ThreadLocal.withInitial(
          () ->
              new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, ResampleWeights> eldest) {
                  return size() > REMEMBERED;
                }
              });

  private static final ThreadLocal<int[]> SUMS = ThreadLocal.withInitial(() -> new int[0]);

  private final int outputs;
  private final int taps;
  private final int[] first;
  private final int[] count;
  private final int[] weights;

  private ResampleWeights(int inputs, int outputs) {
    this.outputs = outputs;
    double scale = (double) inputs / outputs;
    double filterScale = Math.max(1.0, scale);
    double inverse = 1.0 / filterScale;
    taps = (int) Math.ceil(filterScale) * 2 + 1;
    first = new int[outputs];
    count = new int[outputs];
    weights = new int[outputs * taps];
    double[] exact = new double[taps];
    for (int i = 0; i < outputs; i++) {
      double centre = (i + 0.5) * scale;
      int from = Math.max(0, (int) (centre - filterScale + 0.5));
      int n = Math.min(inputs, (int) (centre + filterScale + 0.5)) - from;
      double sum = 0;
      for (int k = 0; k < n; k++) {
        exact[k] = Math.max(0.0, 1.0 - Math.abs((k + from - centre + 0.5) * inverse));
        sum += exact[k];
      }
      for (int k = 0; k < n; k++) {
        weights[i * taps + k] = (int) (0.5 + exact[k] / sum * (1 << PRECISION));
      }
      first[i] = from;
      count[i] = n;
    }
    if (taps == 3 && inputs >= 3) {
      padToThree(inputs);
    }
  }

  /** When enlarging, weights of 0 make every output a sum of three, with no inner loop. */
  private void padToThree(int inputs) {
    for (int i = 0; i < outputs; i++) {
      int shift = Math.max(0, first[i] + 3 - inputs);
      for (int k = 2; k >= 0 && shift > 0; k--) {
        weights[3 * i + k] = k >= shift ? weights[3 * i + k - shift] : 0;
      }
      first[i] -= shift;
      count[i] = 3;
    }
  }

  static ResampleWeights of(int inputs, int outputs) {
    long key = (long) inputs << 32 | outputs;
    Map<Long, ResampleWeights> recent = RECENT.get();
    ResampleWeights found = recent.get(key);
    if (found == null) {
      found = new ResampleWeights(inputs, outputs);
      // Those of huge pictures are not worth keeping.
      if (found.weights.length <= 1 << 16) {
        recent.put(key, found);
      }
    }
    return found;
  }

  /** Resamples one row. */
  void row(byte[] in, int inStart, byte[] out, int outStart) {
    if (taps == 3 && count[0] == 3) {
      for (int i = 0, w = 0; i < outputs; i++, w += 3) {
        int at = inStart + first[i];
        int sum =
            HALF
                + weights[w] * (in[at] & 0xFF)
                + weights[w + 1] * (in[at + 1] & 0xFF)
                + weights[w + 2] * (in[at + 2] & 0xFF);
        out[outStart + i] = clip(sum >> PRECISION);
      }
      return;
    }
    for (int i = 0; i < outputs; i++) {
      int sum = HALF;
      int at = inStart + first[i];
      int w = i * taps;
      for (int end = w + count[i]; w < end; w++, at++) {
        sum += weights[w] * (in[at] & 0xFF);
      }
      out[outStart + i] = clip(sum >> PRECISION);
    }
  }

  /** Resamples all columns, a row of outputs at a time so that memory is read in order. */
  void columns(byte[] in, int inStart, int stride, int width, byte[] out) {
    int[] sums = SUMS.get();
    if (sums.length < width) {
      sums = new int[width];
      SUMS.set(sums);
    }
    for (int i = 0; i < outputs; i++) {
      Arrays.fill(sums, 0, width, HALF);
      for (int k = 0; k < count[i]; k++) {
        int weight = weights[i * taps + k];
        if (weight == 0) {
          continue;
        }
        int at = inStart + (first[i] + k) * stride;
        for (int x = 0; x < width; x++) {
          sums[x] += weight * (in[at + x] & 0xFF);
        }
      }
      // In two loops, which the JVM turns into vector instructions.
      for (int x = 0; x < width; x++) {
        sums[x] = Math.min(255, Math.max(0, sums[x] >> PRECISION));
      }
      int to = i * width;
      for (int x = 0; x < width; x++) {
        out[to + x] = (byte) sums[x];
      }
    }
  }

  private static byte clip(int value) {
    return (byte) Math.min(255, Math.max(0, value));
  }
}
