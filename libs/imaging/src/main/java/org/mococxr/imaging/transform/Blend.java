package org.mococxr.imaging.transform;

/**
 * Pillow's {@code Image.blend}: {@code from + factor · (to − from)} in single precision, cut off
 * towards zero and kept within 0 … 255.
 */
final class Blend {
  private Blend() {}

  /** The 256 blends of every grey level with one other level: a picture is then looked up. */
  static byte[] table(int from, float factor) {
    byte[] table = new byte[256];
    for (int level = 0; level < 256; level++) {
      table[level] = of(from, level, factor);
    }
    return table;
  }

  static byte of(int from, int to, float factor) {
    float blended = from + factor * (to - from);
    return (byte) (blended <= 0 ? 0 : blended >= 255 ? 255 : (int) blended);
  }

  static byte[] lookUp(byte[] pixels, byte[] table) {
    byte[] out = new byte[pixels.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = table[pixels[i] & 0xFF];
    }
    return out;
  }
}
