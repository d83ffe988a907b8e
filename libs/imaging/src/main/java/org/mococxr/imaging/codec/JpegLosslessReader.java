package org.mococxr.imaging.codec;

import java.io.IOException;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;

/**
 * Reads lossless JPEG (process 14: Huffman coding of prediction errors, ITU-T T.81 annex H) of one
 * component with 2 to 16 bits, as DICOM has it. Our own, since a general reader gives pictures and
 * not the stored values.
 */
public final class JpegLosslessReader {
  private final byte[] data;
  private final JpegHeader header;
  private final HuffmanTable[] tables = new HuffmanTable[4];
  private int restartInterval;

  private JpegLosslessReader(byte[] data, JpegHeader header) {
    this.data = data;
    this.header = header;
  }

  /**
   * Decodes a file.
   *
   * @param name of the file, for messages
   * @return the samples as they were stored, 0 … 2^precision − 1, row by row
   */
  public static char[] read(byte[] data, String name, DecodeLimits limits) {
    JpegHeader header = JpegHeader.read(data, name);
    limits.checkPixels(name, header.width(), header.height(), data.length);
    if (header.process() != 3
        || header.componentIds().length != 1
        || header.precision() < 2
        || header.precision() > 16) {
      throw new UserErrorException(
          name,
          "a JPEG of process " + header.process() + " with " + header.precision() + " bits",
          "lossless JPEG of one component with 2 to 16 bits is expected");
    }
    try {
      return new JpegLosslessReader(data, header).read();
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
      if (marker == 0xC4) {
        readTables(at + 2, end);
      } else if (marker == 0xDD) {
        restartInterval = JpegSegments.shortAt(data, at + 2);
      } else if (marker == 0xDA) {
        return scan(at, end);
      }
    }
  }

  private void readTables(int start, int end) throws IOException {
    for (int at = start; at < end; ) {
      int slot = data[at] & 3;
      tables[slot] = new HuffmanTable(data, at + 1, Math.min(end, data.length));
      at += 1 + tables[slot].bytes();
    }
  }

  private char[] scan(int start, int end) throws IOException {
    HuffmanTable table = tables[(data[start + 4] >> 4) & 3];
    int predictor = data[start + 5] & 0xFF;
    int shift = data[start + 7] & 0x0F;
    if ((data[start + 2] & 0xFF) != 1 || table == null || predictor < 1 || predictor > 7) {
      throw new IOException("its scan header is wrong");
    }
    int width = header.width();
    int height = header.height();
    // Every sample takes at least one bit, so that a short file cannot ask for a large array.
    if ((long) width * height > 8L * (data.length - end) + 64) {
      throw new IOException("the scan is cut short");
    }
    char[] out = new char[width * height];
    JpegBits bits = new JpegBits(data, end);
    int middle = 1 << (header.precision() - shift - 1 & 31);
    int untilRestart = restartInterval == 0 ? Integer.MAX_VALUE : restartInterval;
    int at = 0;
    // After the start and each restart, a first sample from the middle and its line from the left.
    boolean fresh = true;
    for (int y = 0; y < height; y++) {
      boolean firstLine = fresh;
      for (int x = 0; x < width; x++, at++) {
        if (untilRestart == 0) {
          bits.restart();
          untilRestart = restartInterval;
          fresh = true;
          firstLine = true;
        }
        untilRestart--;
        int prediction;
        if (fresh) {
          prediction = middle;
          fresh = false;
        } else if (x == 0) {
          prediction = out[at - width];
        } else if (firstLine) {
          prediction = out[at - 1];
        } else {
          prediction = predict(predictor, out[at - 1], out[at - width], out[at - width - 1]);
        }
        out[at] = (char) (prediction + difference(table, bits));
      }
    }
    bits.checkEnd();
    if (shift > 0) {
      for (int i = 0; i < out.length; i++) {
        out[i] = (char) (out[i] << shift);
      }
    }
    return out;
  }

  private static int predict(int predictor, int left, int above, int corner) {
    return switch (predictor) {
      case 1 -> left;
      case 2 -> above;
      case 3 -> corner;
      case 4 -> left + above - corner;
      case 5 -> left + ((above - corner) >> 1);
      case 6 -> above + ((left - corner) >> 1);
      default -> (left + above) >> 1;
    };
  }

  private static int difference(HuffmanTable table, JpegBits bits) throws IOException {
    int size = table.decode(bits);
    if (size == 0) {
      return 0;
    }
    return size >= 16 ? 32768 : bits.signed(size);
  }
}
