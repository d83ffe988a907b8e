package org.mococxr.imaging.dicom;

import java.util.Optional;
import org.mococxr.foundation.UserErrorException;

/**
 * How the stored values are laid out and meant.
 *
 * @param syntaxUid the transfer syntax, whether we know it or not
 * @param photometric {@code MONOCHROME1} (small is white), {@code MONOCHROME2} (small is black), or
 *     a colour space whose pixels are decoded if all are grey
 * @param rows height in pixels
 * @param columns width in pixels
 * @param frames pictures in the file
 * @param samplesPerPixel 1 for grey, 3 for colour
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

  /** Why the pixels cannot be decoded, as far as the header tells; empty if they can. */
  Optional<UserErrorException> refusal(String name) {
    if (photometric.equals("PALETTE COLOR")) {
      return Optional.of(
          new UserErrorException(
              name,
              "the pixels are indices into a colour palette",
              "grey is expected: convert the file to MONOCHROME2"));
    }
    if (!grey() && !colour()) {
      return Optional.of(
          new UserErrorException(
              name,
              "the pixels are " + photometric + " with " + samplesPerPixel + " samples",
              "a radiograph in MONOCHROME1 or MONOCHROME2 is expected"));
    }
    boolean fits =
        (bitsAllocated == 8 || (bitsAllocated == 16 && grey()))
            && bitsStored >= 1
            && highBit < bitsAllocated
            && highBit - bitsStored + 1 >= 0;
    if (!fits) {
      return Optional.of(
          new UserErrorException(
              name,
              "the pixels have "
                  + bitsStored
                  + " of "
                  + bitsAllocated
                  + " bits up to bit "
                  + highBit,
              "8 or 16 bits allocated, and the stored ones among them, are expected"));
    }
    return Optional.empty();
  }

  /** Whether there is one sample a pixel, a grey level. */
  boolean grey() {
    return samplesPerPixel == 1 && photometric.startsWith("MONOCHROME");
  }

  /** Whether there are three samples a pixel, which may still be equal ones. */
  boolean colour() {
    return samplesPerPixel == 3
        && (photometric.equals("RGB")
            || photometric.equals("YBR_FULL")
            || photometric.equals("YBR_FULL_422"));
  }

  boolean inverted() {
    return photometric.equals("MONOCHROME1");
  }

  int count() {
    return rows * columns;
  }
}
