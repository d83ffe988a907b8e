package org.mococxr.imaging.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;

/**
 * Reads JPEG-LS, lossless and near-lossless, of one component with 2 to 16 bits (ITU-T T.87, the
 * LOCO-I algorithm).
 */
public final class JpegLsReader {
  private static final int[] RUN_ORDER = {
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15
  };

  private static final int SOF = 0xFFF7;
  private static final int LSE = 0xFFF8;
  private static final int SOS = 0xFFDA;
  private static final int DRI = 0xFFDD;

  // A context's sums of error magnitudes and errors, its correction and count (A.2.1); the last two
  // are those of run interruptions, of which the negative errors are counted too.
  private final int[] magnitudes = new int[367];
  private final int[] errors = new int[365];
  private final int[] corrections = new int[365];
  private final int[] counts = new int[367];
  private final int[] negatives = new int[2];

  private int width;
  private int height;
  private int precision;
  private int most;
  private int near;
  private int step;
  private int range;
  private int rangeBits;
  private int limit;
  private int t1;
  private int t2;
  private int t3;
  private int reset;
  private int runIndex;
  private StuffedBits bits;

  private JpegLsReader() {}

  /**
   * Decodes a file.
   *
   * @param name of the file, for messages
   * @param columns that the picture must have
   * @param rows that the picture must have
   * @return the samples, 0 … 2^precision − 1, row by row
   */
  public static char[] read(byte[] data, String name, int columns, int rows, DecodeLimits limits) {
    limits.checkPixels(name, columns, rows, data.length);
    try {
      return new JpegLsReader().read(data, columns, rows);
    } catch (IOException | RuntimeException e) {
      throw new UserErrorException(
          name, "damaged JPEG-LS: " + Causes.message(e), "a whole JPEG-LS picture is expected", e);
    }
  }

  private char[] read(byte[] data, int columns, int rows) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(data);
    if (in.getShort() != (short) 0xFFD8) {
      throw new IOException("it does not begin with SOI");
    }
    int[] preset = new int[5];
    while (true) {
      int marker = in.getShort() & 0xFFFF;
      int length = in.getShort() & 0xFFFF;
      ByteBuffer body = in.slice(in.position(), length - 2);
      in.position(in.position() + length - 2);
      switch (marker) {
        case SOF -> {
          precision = body.get();
          height = body.getShort() & 0xFFFF;
          width = body.getShort() & 0xFFFF;
          if (precision < 2 || precision > 16 || body.get() != 1) {
            throw new IOException("it has " + precision + " bits or several components");
          }
        }
        case LSE -> {
          if (body.get() != 1) {
            throw new IOException("it has mapping tables or is oversized");
          }
          for (int i = 0; i < preset.length; i++) {
            preset[i] = body.getShort() & 0xFFFF;
          }
        }
        case DRI -> throw new IOException("it has restart intervals");
        case SOS -> {
          if (width != columns || height != rows || body.get() != 1) {
            throw new IOException("it has " + width + " × " + height + " samples");
          }
          body.getShort();
          near = body.get() & 0xFF;
          int interleave = body.get();
          int shift = body.get();
          if (interleave != 0 || shift != 0) {
            throw new IOException("it is interleaved or shifted");
          }
          prepare(preset);
          bits = new StuffedBits(data, in.position(), data.length);
          return scan();
        }
        default -> {
          if (marker < 0xFFC0) {
            throw new IOException("a marker is missing");
          }
        }
      }
    }
  }

  /** Parameters and their defaults (C.2.4.1.1), and the first state (A.2.1). */
  private void prepare(int[] preset) throws IOException {
    most = preset[0] > 0 ? preset[0] : (1 << precision) - 1;
    if (most >= 1 << precision || near > Math.min(255, most / 2)) {
      throw new IOException("its parameters are wrong");
    }
    step = 2 * near + 1;
    range = (most + 2 * near) / step + 1;
    rangeBits = 32 - Integer.numberOfLeadingZeros(range - 1);
    int sampleBits = Math.max(2, 32 - Integer.numberOfLeadingZeros(most));
    limit = 2 * (sampleBits + Math.max(8, sampleBits));
    int d1;
    int d2;
    int d3;
    if (most >= 128) {
      int factor = (Math.min(most, 4095) + 128) / 256;
      d1 = factor + 2 + 3 * near;
      d2 = 4 * factor + 3 + 5 * near;
      d3 = 17 * factor + 4 + 7 * near;
    } else {
      int factor = 256 / (most + 1);
      d1 = Math.max(2, 3 / factor + 3 * near);
      d2 = Math.max(3, 7 / factor + 5 * near);
      d3 = Math.max(4, 21 / factor + 7 * near);
    }
    t1 = preset[1] > 0 ? preset[1] : within(d1, near + 1);
    t2 = preset[2] > 0 ? preset[2] : within(d2, t1);
    t3 = preset[3] > 0 ? preset[3] : within(d3, t2);
    reset = preset[4] > 0 ? preset[4] : 64;
    Arrays.fill(magnitudes, Math.max(2, (range + 32) >> 6));
    Arrays.fill(counts, 1);
  }

  private int within(int value, int least) {
    return value > most || value < least ? least : value;
  }

  private char[] scan() throws IOException {
    char[] out = new char[width * height];
    // Two lines with a column on each side, as the neighbours of the first and last sample.
    int[] above = new int[width + 2];
    int[] line = new int[width + 2];
    for (int y = 0; y < height; y++) {
      above[width + 1] = above[width];
      line[0] = above[1];
      int x = 1;
      while (x <= width) {
        int a = line[x - 1];
        int b = above[x];
        int c = above[x - 1];
        int d = above[x + 1];
        if (Math.abs(d - b) <= near && Math.abs(b - c) <= near && Math.abs(c - a) <= near) {
          x = run(line, above, x);
        } else {
          int q = 81 * level(d - b) + 9 * level(b - c) + level(c - a);
          line[x++] = regular(q, a, b, c);
        }
      }
      for (int i = 0; i < width; i++) {
        out[y * width + i] = (char) line[i + 1];
      }
      if (bits.exhausted()) {
        throw new IOException("the scan is cut short");
      }
      int[] swap = above;
      above = line;
      line = swap;
    }
    return out;
  }

  private int level(int difference) {
    int size = Math.abs(difference);
    int level = size <= near ? 0 : size < t1 ? 1 : size < t2 ? 2 : size < t3 ? 3 : 4;
    return difference < 0 ? -level : level;
  }

  private int regular(int signedContext, int a, int b, int c) throws IOException {
    int sign = signedContext < 0 ? -1 : 1;
    int q = sign * signedContext;
    int predicted =
        c >= Math.max(a, b) ? Math.min(a, b) : c <= Math.min(a, b) ? Math.max(a, b) : a + b - c;
    predicted = Math.max(0, Math.min(most, predicted + sign * corrections[q]));
    int k = order(counts[q], magnitudes[q]);
    int mapped = golomb(k, limit);
    boolean turned = k == 0 && near == 0 && 2 * errors[q] <= -counts[q];
    int half = mapped >> 1;
    int error = (mapped & 1) == (turned ? 1 : 0) ? half : -half - 1;
    errors[q] += error * step;
    magnitudes[q] += Math.abs(error);
    if (counts[q] == reset) {
      magnitudes[q] >>= 1;
      errors[q] >>= 1;
      counts[q] >>= 1;
    }
    counts[q]++;
    if (errors[q] <= -counts[q]) {
      errors[q] = Math.max(errors[q] + counts[q], 1 - counts[q]);
      corrections[q] = Math.max(-128, corrections[q] - 1);
    } else if (errors[q] > 0) {
      errors[q] = Math.min(errors[q] - counts[q], 0);
      corrections[q] = Math.min(127, corrections[q] + 1);
    }
    return reconstruct(predicted, sign * error);
  }

  private int reconstruct(int predicted, int error) {
    int value = predicted + error * step;
    if (value < -near) {
      value += range * step;
    } else if (value > most + near) {
      value -= range * step;
    }
    return Math.max(0, Math.min(most, value));
  }

  /** A run of samples equal to the left one, and the one that ends it; the next position. */
  private int run(int[] line, int[] above, int from) throws IOException {
    int x = from;
    int a = line[x - 1];
    while (x <= width && bits.bit() == 1) {
      int whole = 1 << RUN_ORDER[runIndex];
      int n = Math.min(whole, width + 1 - x);
      Arrays.fill(line, x, x + n, a);
      x += n;
      if (n == whole && runIndex < 31) {
        runIndex++;
      }
    }
    if (x > width) {
      return x;
    }
    int n = Math.min(bits.bits(RUN_ORDER[runIndex]), width + 1 - x);
    Arrays.fill(line, x, x + n, a);
    x += n;
    if (x <= width) {
      line[x] = interruption(a, above[x]);
      x++;
      runIndex = Math.max(0, runIndex - 1);
    }
    return x;
  }

  private int interruption(int a, int b) throws IOException {
    int type = Math.abs(a - b) <= near ? 1 : 0;
    int q = 365 + type;
    int sum = magnitudes[q] + (type == 1 ? counts[q] >> 1 : 0);
    int k = order(counts[q], sum);
    int mapped = golomb(k, limit - RUN_ORDER[runIndex] - 1);
    int odd = mapped + type & 1;
    int size = (mapped + type + odd) / 2;
    boolean oddIsNegative = k != 0 || 2 * negatives[type] >= counts[q];
    int error = oddIsNegative == (odd == 1) ? -size : size;
    if (error < 0) {
      negatives[type]++;
    }
    magnitudes[q] += mapped + 1 - type >> 1;
    if (counts[q] == reset) {
      magnitudes[q] >>= 1;
      counts[q] >>= 1;
      negatives[type] >>= 1;
    }
    counts[q]++;
    int sign = type == 0 && a > b ? -1 : 1;
    return reconstruct(type == 1 ? a : b, sign * error);
  }

  /** The Golomb code's order for a context's mean error (A.5.1). */
  private static int order(int count, int sum) throws IOException {
    int k = 0;
    while (count << k < sum) {
      // Errors of 16 bits need no more than 16; only damaged data come here.
      if (++k > 18) {
        throw new IOException("its errors grow beyond all bounds");
      }
    }
    return k;
  }

  /** A Golomb code of limited length (A.5.3). */
  private int golomb(int k, int longest) {
    int zeros = 0;
    int escape = longest - rangeBits - 1;
    // Past the end come ones, so that this ends.
    while (zeros < escape && bits.bit() == 0) {
      zeros++;
    }
    if (zeros < escape) {
      return (zeros << k) + bits.bits(k);
    }
    bits.bit();
    return bits.bits(rangeBits) + 1;
  }
}
