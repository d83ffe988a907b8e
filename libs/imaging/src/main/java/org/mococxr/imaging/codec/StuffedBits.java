package org.mococxr.imaging.codec;

/**
 * Bits from the most significant, of which one is stuffed after a byte 0xFF: JPEG-LS scans, and
 * packet headers and raw passes of JPEG 2000.
 */
public final class StuffedBits {
  private final byte[] data;
  private final int end;
  private int at;
  private int current;
  private int left;

  public StuffedBits(byte[] data, int start, int end) {
    this.data = data;
    this.at = start;
    this.end = end;
  }

  /** The next bit; ones past the end. */
  public int bit() {
    if (left == 0) {
      left = current == 0xFF ? 7 : 8;
      current = at < end ? data[at] & 0xFF : 0xFF;
      at++;
    }
    left--;
    return current >> left & 1;
  }

  /** The next n bits as a number. */
  public int bits(int n) {
    int value = 0;
    for (int i = 0; i < n; i++) {
      value = value << 1 | bit();
    }
    return value;
  }

  /** The position after the bits, at a whole byte and past a stuffed one. */
  public int align() {
    if (current == 0xFF) {
      at++;
    }
    left = 0;
    current = 0;
    return at;
  }

  /** Whether bits past the end were given. */
  public boolean exhausted() {
    return at > end;
  }
}
