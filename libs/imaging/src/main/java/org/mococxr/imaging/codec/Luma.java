package org.mococxr.imaging.codec;

/** Colour to grey, by ITU-R BT.601 in 16-bit fixed point, as Pillow's conversion to mode L. */
public final class Luma {
  private Luma() {}

  /** Grey level of a colour; all values 0 … 255. */
  public static int of(int red, int green, int blue) {
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  /**
   * The bits that 16-bit samples use, out of the depths that detectors have: 12-bit values are
   * often stored unscaled in 16 bits, and would be nearly black otherwise.
   *
   * @param most the greatest sample of the picture, or all its samples' bits together
   */
  public static int depthOf(int most) {
    for (int bits : new int[] {8, 10, 12, 14}) {
      if (most < 1 << bits) {
        return bits;
      }
    }
    return 16;
  }

  /** A table from samples of some depth to 8 bits, rounded. */
  static byte[] tableTo8(int bits) {
    int full = (1 << bits) - 1;
    byte[] table = new byte[full + 1];
    for (int i = 0; i <= full; i++) {
      table[i] = (byte) ((2L * 255 * i + full) / (2L * full));
    }
    return table;
  }
}
