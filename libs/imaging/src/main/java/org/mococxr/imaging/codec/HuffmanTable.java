package org.mococxr.imaging.codec;

import java.io.EOFException;
import java.io.IOException;

/** A Huffman table of JPEG (ITU-T T.81, annexes C and F.2.2.3). */
final class HuffmanTable {
  private static final int FAST = 9;

  private final int[] maxCode = new int[17];
  private final int[] offset = new int[17];
  private final byte[] values;
  // Length in the high byte, value in the low one; 0 if the code is longer.
  private final short[] fast = new short[1 << FAST];

  /**
   * @param at position of the 16 counts in a DHT segment
   * @param end of the segment
   */
  HuffmanTable(byte[] data, int at, int end) throws IOException {
    int total = 0;
    for (int length = 1; length <= 16 && at + 16 <= end; length++) {
      total += data[at + length - 1] & 0xFF;
    }
    if (total == 0 || total > 256 || at + 16 + total > end) {
      throw new IOException("a Huffman table is damaged");
    }
    values = new byte[total];
    System.arraycopy(data, at + 16, values, 0, total);
    int code = 0;
    int index = 0;
    for (int length = 1; length <= 16; length++) {
      int count = data[at + length - 1] & 0xFF;
      offset[length] = index - code;
      if (code + count > 1 << length) {
        throw new IOException("a Huffman table has too many codes");
      }
      for (int i = 0; i < count; i++, code++, index++) {
        if (length <= FAST) {
          int first = code << (FAST - length);
          for (int k = 0; k < 1 << (FAST - length); k++) {
            fast[first + k] = (short) (length << 8 | (values[index] & 0xFF));
          }
        }
      }
      maxCode[length] = count == 0 ? -1 : code - 1;
      code <<= 1;
    }
  }

  /** Bytes of the table in its segment. */
  int bytes() {
    return 16 + values.length;
  }

  int decode(JpegBits bits) throws IOException {
    int entry = fast[bits.peek(FAST)];
    if (entry != 0) {
      bits.skip(entry >> 8);
      return entry & 0xFF;
    }
    int code = bits.peek(16);
    for (int length = FAST + 1; length <= 16; length++) {
      int prefix = code >> (16 - length);
      if (prefix <= maxCode[length]) {
        bits.skip(length);
        return values[offset[length] + prefix] & 0xFF;
      }
    }
    throw new EOFException("a bit sequence is no Huffman code");
  }
}
