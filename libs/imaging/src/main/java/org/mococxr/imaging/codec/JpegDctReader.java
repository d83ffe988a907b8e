package org.mococxr.imaging.codec;

import java.io.IOException;
import java.util.Arrays;
import org.mococxr.foundation.Causes;
import org.mococxr.imaging.DecodeLimits;

/**
 * Reads sequential DCT JPEG of one component with 12 bits (ITU-T T.81, process 4: extended,
 * Huffman), which the JDK's codec does not know. DICOM's transfer syntax 1.2.840.10008.1.2.4.51 has
 * it.
 */
public final class JpegDctReader {
  private static final int BLOCK = 64;

  /** Figure A.6, turned round: the place of the k-th coefficient of a block. */
  private static final int[] ZIGZAG = zigzag();

  /** {@code cos((2 x + 1) u π / 16) C(u) / 2}, of equation A.3.3, as {@code [x][u]}. */
  private static final float[][] COSINES = cosines();

  private final byte[] data;
  private final JpegHeader header;
  private final int[][] quantisation = new int[4][];
  private final HuffmanTable[] dc = new HuffmanTable[4];
  private final HuffmanTable[] ac = new HuffmanTable[4];
  private int quantisationSlot;
  private int restartInterval;

  private JpegDctReader(byte[] data, JpegHeader header) {
    this.data = data;
    this.header = header;
  }

  /** Whether a file is of this kind. */
  public static boolean reads(JpegHeader header) {
    return header.process() == 1 && header.precision() == 12 && header.componentIds().length == 1;
  }

  /**
   * Decodes a file.
   *
   * @param header as read from the same data, of the kind that is read here
   * @param name of the file, for messages
   * @return the samples, 0 … 4,095, row by row
   */
  public static char[] read(byte[] data, JpegHeader header, String name, DecodeLimits limits) {
    limits.checkPixels(name, header.width(), header.height(), data.length);
    try {
      return new JpegDctReader(data, header).read();
    } catch (IOException | ArrayIndexOutOfBoundsException e) {
      throw JpegHeader.damaged(name, Causes.message(e), e);
    }
  }

  private char[] read() throws IOException {
    JpegSegments segments = new JpegSegments(data);
    while (true) {
      int marker = segments.next();
      int at = segments.start();
      int end = segments.end();
      switch (marker) {
        case 0xC1 -> quantisationSlot = data[at + 10] & 3;
        case 0xC4 -> readHuffmanTables(at + 2, end);
        case 0xDB -> readQuantisation(at + 2, end);
        case 0xDD -> restartInterval = JpegSegments.shortAt(data, at + 2);
        case 0xDA -> {
          return scan(at, end);
        }
        default -> {}
      }
    }
  }

  private void readHuffmanTables(int start, int end) throws IOException {
    for (int at = start; at < end; ) {
      HuffmanTable table = new HuffmanTable(data, at + 1, Math.min(end, data.length));
      ((data[at] & 0x10) == 0 ? dc : ac)[data[at] & 3] = table;
      at += 1 + table.bytes();
    }
  }

  private void readQuantisation(int start, int end) {
    for (int at = start; at < end; ) {
      boolean wide = (data[at] & 0xF0) != 0;
      int[] table = new int[BLOCK];
      for (int k = 0; k < BLOCK; k++) {
        table[k] = wide ? JpegSegments.shortAt(data, at + 1 + 2 * k) : data[at + 1 + k] & 0xFF;
      }
      quantisation[data[at] & 3] = table;
      at += 1 + (wide ? 2 : 1) * BLOCK;
    }
  }

  private char[] scan(int start, int end) throws IOException {
    HuffmanTable differences = dc[data[start + 4] >> 4 & 3];
    HuffmanTable runs = ac[data[start + 4] & 3];
    int[] steps = quantisation[quantisationSlot];
    if ((data[start + 2] & 0xFF) != 1 || differences == null || runs == null || steps == null) {
      throw new IOException("its scan header is wrong");
    }
    int width = header.width();
    int height = header.height();
    char[] out = new char[width * height];
    JpegBits bits = new JpegBits(data, end);
    int untilRestart = restartInterval == 0 ? Integer.MAX_VALUE : restartInterval;
    int average = 0;
    float[] block = new float[BLOCK];
    float[] between = new float[BLOCK];
    for (int top = 0; top < height; top += 8) {
      for (int left = 0; left < width; left += 8) {
        if (untilRestart == 0) {
          bits.restart();
          untilRestart = restartInterval;
          average = 0;
        }
        untilRestart--;
        average += extended(bits, differences.decode(bits));
        Arrays.fill(block, 0);
        block[0] = average * steps[0];
        readCoefficients(bits, runs, steps, block);
        inverse(block, between);
        int right = Math.min(8, width - left);
        int bottom = Math.min(8, height - top);
        for (int y = 0; y < bottom; y++) {
          int to = (top + y) * width + left;
          for (int x = 0; x < right; x++) {
            int value = Math.round(block[8 * y + x]) + 2048;
            out[to + x] = (char) Math.max(0, Math.min(4095, value));
          }
        }
      }
    }
    bits.checkEnd();
    return out;
  }

  /** Figure F.13. */
  private static void readCoefficients(JpegBits bits, HuffmanTable runs, int[] steps, float[] block)
      throws IOException {
    for (int k = 1; k < BLOCK; k++) {
      int code = runs.decode(bits);
      int size = code & 15;
      if (size == 0 && code != 0xF0) {
        return;
      }
      k += code >> 4;
      if (k >= BLOCK) {
        throw new IOException("a block has too many coefficients");
      }
      if (size > 0) {
        block[ZIGZAG[k]] = extended(bits, size) * steps[k];
      }
    }
  }

  private static int extended(JpegBits bits, int size) throws IOException {
    if (size == 0) {
      return 0;
    }
    if (size > 16) {
      throw new IOException("a coefficient has " + size + " bits");
    }
    return bits.signed(size);
  }

  /** Equation A.3.3, by rows and then by columns. */
  private static void inverse(float[] block, float[] between) {
    for (int v = 0; v < 8; v++) {
      for (int x = 0; x < 8; x++) {
        float sum = 0;
        for (int u = 0; u < 8; u++) {
          sum += block[8 * v + u] * COSINES[x][u];
        }
        between[8 * v + x] = sum;
      }
    }
    for (int x = 0; x < 8; x++) {
      for (int y = 0; y < 8; y++) {
        float sum = 0;
        for (int v = 0; v < 8; v++) {
          sum += between[8 * v + x] * COSINES[y][v];
        }
        block[8 * y + x] = sum;
      }
    }
  }

  private static int[] zigzag() {
    int[] places = new int[BLOCK];
    int k = 0;
    for (int diagonal = 0; diagonal < 15; diagonal++) {
      for (int i = 0; i <= diagonal; i++) {
        int row = diagonal % 2 == 0 ? diagonal - i : i;
        int column = diagonal - row;
        if (row < 8 && column < 8) {
          places[k++] = 8 * row + column;
        }
      }
    }
    return places;
  }

  private static float[][] cosines() {
    float[][] cosines = new float[8][8];
    for (int x = 0; x < 8; x++) {
      for (int u = 0; u < 8; u++) {
        double scale = u == 0 ? Math.sqrt(0.5) / 2 : 0.5;
        cosines[x][u] = (float) (scale * Math.cos((2 * x + 1) * u * Math.PI / 16));
      }
    }
    return cosines;
  }
}
