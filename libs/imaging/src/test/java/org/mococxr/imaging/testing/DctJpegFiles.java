package org.mococxr.imaging.testing;

import java.io.ByteArrayOutputStream;

/**
 * Writes sequential DCT JPEG of 12 bits for tests, straight from ITU-T T.81: the cosine transform
 * by its definition (A.3.3), steps of 1, and codes of nine bits for every symbol.
 */
public final class DctJpegFiles {
  private DctJpegFiles() {}

  /**
   * A file of one component; all coefficients are kept, so that samples come back within one level.
   *
   * @param values 0 … 4,095, row by row
   * @param restart blocks between restart markers, 0 for none
   */
  public static byte[] write(int[] values, int width, int restart) {
    int height = values.length / width;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    bytes(out, 0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0);
    for (int i = 0; i < 64; i++) {
      out.write(1);
    }
    bytes(out, 0xFF, 0xC1, 0, 11, 12, height >> 8, height, width >> 8, width, 1, 1, 0x11, 0);
    for (int kind : new int[] {0x00, 0x10}) {
      bytes(out, 0xFF, 0xC4, (19 + 256) >> 8, (19 + 256) & 0xFF, kind);
      for (int length = 1; length <= 16; length++) {
        // 256 codes of nine bits: 255 do not fit a count of eight bits otherwise.
        out.write(length == 9 ? 255 : length == 10 ? 1 : 0);
      }
      for (int symbol = 0; symbol < 256; symbol++) {
        out.write(symbol);
      }
    }
    if (restart > 0) {
      bytes(out, 0xFF, 0xDD, 0, 4, restart >> 8, restart);
    }
    bytes(out, 0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0);
    Bits bits = new Bits(out);
    int average = 0;
    int blocks = 0;
    for (int top = 0; top < height; top += 8) {
      for (int left = 0; left < width; left += 8) {
        if (restart > 0 && blocks > 0 && blocks % restart == 0) {
          bits.flush();
          bytes(out, 0xFF, 0xD0 + (blocks / restart - 1) % 8);
          average = 0;
        }
        blocks++;
        int[] c = coefficients(values, width, height, left, top);
        symbol(bits, 0, c[0] - average);
        average = c[0];
        int run = 0;
        for (int k = 1; k < 64; k++) {
          if (c[k] == 0) {
            run++;
            continue;
          }
          for (; run > 15; run -= 16) {
            bits.code(0xF0);
          }
          symbol(bits, run, c[k]);
          run = 0;
        }
        if (run > 0) {
          bits.code(0);
        }
      }
    }
    bits.flush();
    bytes(out, 0xFF, 0xD9);
    return out.toByteArray();
  }

  private static void symbol(Bits bits, int run, int value) {
    int size = 32 - Integer.numberOfLeadingZeros(Math.abs(value));
    bits.code(run << 4 | size);
    bits.put(value < 0 ? value + (1 << size) - 1 : value, size);
  }

  /** In zigzag order (figure A.6). */
  private static int[] coefficients(int[] values, int width, int height, int left, int top) {
    int[] c = new int[64];
    int u = 0;
    int v = 0;
    for (int k = 0; k < 64; k++) {
      double sum = 0;
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++) {
          int at = Math.min(height - 1, top + y) * width + Math.min(width - 1, left + x);
          sum +=
              (values[at] - 2048)
                  * Math.cos((2 * x + 1) * u * Math.PI / 16)
                  * Math.cos((2 * y + 1) * v * Math.PI / 16);
        }
      }
      double scale = (u == 0 ? Math.sqrt(0.5) : 1) * (v == 0 ? Math.sqrt(0.5) : 1) / 4;
      c[k] = (int) Math.rint(sum * scale);
      boolean up = (u + v) % 2 == 0;
      if (up && u == 7 || !up && v < 7 && u == 0) {
        v++;
      } else if (!up && v == 7 || up && v == 0) {
        u++;
      } else {
        u += up ? 1 : -1;
        v += up ? -1 : 1;
      }
    }
    return c;
  }

  private static void bytes(ByteArrayOutputStream out, int... values) {
    for (int value : values) {
      out.write(value);
    }
  }

  private static final class Bits {
    private final ByteArrayOutputStream out;
    private int buffer;
    private int count;

    Bits(ByteArrayOutputStream out) {
      this.out = out;
    }

    void code(int symbol) {
      // 255 codes of nine bits from zero on, then one of ten.
      if (symbol < 255) {
        put(symbol, 9);
      } else {
        put(255 << 1, 10);
      }
    }

    void put(int value, int size) {
      for (int i = size - 1; i >= 0; i--) {
        buffer = buffer << 1 | value >> i & 1;
        if (++count == 8) {
          out.write(buffer);
          if ((buffer & 0xFF) == 0xFF) {
            out.write(0);
          }
          buffer = 0;
          count = 0;
        }
      }
    }

    void flush() {
      while (count > 0) {
        put(1, 1);
      }
    }
  }
}
