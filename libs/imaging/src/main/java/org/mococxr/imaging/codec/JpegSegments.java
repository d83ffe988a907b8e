package org.mococxr.imaging.codec;

/**
 * The segments of a JPEG file, one after the other: ITU-T T.81, B.1.1. Where the file ends too
 * early it runs off the array, which readers take for damage.
 */
final class JpegSegments {
  private final byte[] data;
  private int start;
  private int end = 2;

  JpegSegments(byte[] data) {
    this.data = data;
  }

  /** Goes to the next segment, past fill bytes, stray data and markers that stand alone. */
  int next() {
    int at = end;
    while (true) {
      while (data[at] != (byte) 0xFF || data[at + 1] == 0 || data[at + 1] == (byte) 0xFF) {
        at++;
      }
      int marker = data[at + 1] & 0xFF;
      at += 2;
      if (marker != 0x01 && (marker < 0xD0 || marker > 0xD8)) {
        start = at;
        end = at + shortAt(data, at);
        return marker;
      }
    }
  }

  /** Where the segment's length stands, which its content follows. */
  int start() {
    return start;
  }

  /** Where the segment has ended. */
  int end() {
    return end;
  }

  /** Two bytes, the higher first. */
  static int shortAt(byte[] data, int at) {
    return (data[at] & 0xFF) << 8 | (data[at + 1] & 0xFF);
  }
}
