package org.mococxr.imaging.dicom;

import org.mococxr.foundation.UserErrorException;

/**
 * How the stored values are laid out and meant.
 *
 * @param syntaxUid the transfer syntax, whether we know it or not
 * @param photometric {@code MONOCHROME1} (small is white) or {@code MONOCHROME2} (small is black);
 *     others are not decoded
 * @param rows height in pixels
 * @param columns width in pixels
 * @param frames pictures in the file
 * @param samplesPerPixel 1 for grey
 * @param bitsAllocated 8 or 16 bits that each value takes
 * @param bitsStored bits of them that are used
 * @param highBit the most significant of those, counted from 0
 * @param signed whether values are two's complement
 */
public record PixelFormat(
    String syntaxUid,
    String photometric,
    int rows,
    int columns,
    int frames,
    int samplesPerPixel,
    int bitsAllocated,
    int bitsStored,
    int highBit,
    boolean signed) {

  /** Refuses what cannot be decoded, before anything is. */
  void check(String name) {
    if (samplesPerPixel != 1 || !photometric.startsWith("MONOCHROME")) {
      throw new UserErrorException(
          name,
          "the pixels are " + photometric + " with " + samplesPerPixel + " samples",
          "a radiograph in MONOCHROME1 or MONOCHROME2 is expected");
    }
    boolean fits =
        (bitsAllocated == 8 || bitsAllocated == 16)
            && bitsStored >= 1
            && highBit < bitsAllocated
            && highBit - bitsStored + 1 >= 0;
    if (!fits) {
      throw new UserErrorException(
          name,
          "the pixels have " + bitsStored + " of " + bitsAllocated + " bits up to bit " + highBit,
          "8 or 16 bits allocated, and the stored ones among them, are expected");
    }
  }

  boolean inverted() {
    return photometric.equals("MONOCHROME1");
  }

  int count() {
    return rows * columns;
  }
}
