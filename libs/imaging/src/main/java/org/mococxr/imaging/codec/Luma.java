package org.mococxr.imaging.codec;

/** Colour to grey, by ITU-R BT.601 in 16-bit fixed point, as Pillow's conversion to mode L. */
public final class Luma {
  private Luma() {}

  /** Grey level of a colour; all values 0 … 255. */
  public static int of(int red, int green, int blue) {
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  /** A 16-bit level rounded to 8 bits, so that 0 stays 0 and 65,535 becomes 255. */
  public static int from16(int level) {
    return (level * 255 + 32895) >>> 16;
  }
}
