package org.mococxr.imaging.codec;

import java.io.EOFException;

/**
 * The bits of one JPEG scan: undoes byte stuffing and stops at markers. Zeros are read ahead past
 * the end; to take one of them is an error.
 */
final class JpegBits {
  private final byte[] data;
  private int at;
  private long buffer;
  private int available;
  private int zeros;

  JpegBits(byte[] data, int start) {
    this.data = data;
    this.at = start;
  }

  /** The next n ≤ 16 bits without taking them. */
  int peek(int n) throws EOFException {
    if (available < n) {
      fill();
    }
    return (int) (buffer >>> (available - n)) & ((1 << n) - 1);
  }

  void skip(int n) {
    available -= n;
  }

  /** Takes n ≤ 16 bits. */
  int read(int n) throws EOFException {
    int value = peek(n);
    available -= n;
    return value;
  }

  /** Figure F.12: a number of 1 … 16 bits, of which those that begin with zero are negative. */
  int signed(int size) throws EOFException {
    int value = read(size);
    return value < 1 << size - 1 ? value - (1 << size) + 1 : value;
  }

  private void fill() throws EOFException {
    while (available <= 48) {
      int next = 0;
      if (at < data.length && (data[at] != (byte) 0xFF || followedByZero())) {
        next = data[at] & 0xFF;
        at += next == 0xFF ? 2 : 1;
      } else {
        zeros++;
      }
      buffer = buffer << 8 | next;
      available += 8;
    }
    checkEnd();
  }

  /** Refuses a scan of which more was taken than there is. */
  void checkEnd() throws EOFException {
    if (available < 8 * zeros) {
      throw new EOFException("the scan is cut short");
    }
  }

  private boolean followedByZero() {
    return at + 1 < data.length && data[at + 1] == 0;
  }

  /** Passes a restart marker, dropping the bits before it. */
  void restart() throws EOFException {
    available = 0;
    buffer = 0;
    zeros = 0;
    while (at + 1 < data.length) {
      int marker = data[at + 1] & 0xFF;
      if (data[at] == (byte) 0xFF && marker >= 0xD0 && marker <= 0xD7) {
        at += 2;
        return;
      }
      if (data[at] == (byte) 0xFF && marker != 0 && marker != 0xFF) {
        break;
      }
      at++;
    }
    throw new EOFException("a restart marker is missing");
  }
}
