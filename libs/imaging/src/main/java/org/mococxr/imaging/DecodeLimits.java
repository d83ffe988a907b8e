package org.mococxr.imaging;

import org.mococxr.foundation.UserErrorException;

/**
 * How large a file may be, as its header says, before its pixels are decoded: a decompression bomb
 * or a damaged header is then the user's error and never exhausts memory.
 *
 * @param maxBytes size of the file, in bytes
 * @param maxPixels width × height
 * @param maxFrames frames in a DICOM file; a radiograph has one, and only the first is decoded
 */
public record DecodeLimits(long maxBytes, long maxPixels, int maxFrames) {
  /** What one Java array can hold, with room for a 16-bit picture. */
  private static final long MOST_PIXELS = 1L << 30;

  /** Caps the pixels at what an array can hold. */
  public DecodeLimits {
    maxPixels = Math.min(maxPixels, MOST_PIXELS);
    maxBytes = Math.min(maxBytes, Integer.MAX_VALUE - 8L);
  }

  /** 256 MiB, 64 million pixels (a large flat panel has 20 million), one frame. */
  public static DecodeLimits defaults() {
    return new DecodeLimits(256L << 20, 64_000_000L, 1);
  }

  /** Refuses a file that is too large to be read. */
  public void checkBytes(String name, long bytes) {
    if (bytes > maxBytes) {
      throw new UserErrorException(
          name,
          "the file has " + bytes + " bytes",
          "at most " + maxBytes + " are decoded; raise the limit if the file is genuine");
    }
  }

  /** Refuses a picture that is empty or has too many pixels. */
  public void checkPixels(String name, long width, long height) {
    if (width < 1 || height < 1) {
      throw new UserErrorException(
          name,
          "the header says " + width + " × " + height + " pixels",
          "a picture of at least one pixel is expected");
    }
    if (width > MOST_PIXELS || height > MOST_PIXELS || width * height > maxPixels) {
      throw new UserErrorException(
          name,
          "the header says " + width + " × " + height + " pixels",
          "at most " + maxPixels + " are decoded; raise the limit if the file is genuine");
    }
  }

  /** Refuses a file of too many frames. */
  public void checkFrames(String name, long frames) {
    if (frames < 1 || frames > maxFrames) {
      throw new UserErrorException(
          name,
          "the header says " + frames + " frames",
          "1 to " + maxFrames + " are expected; raise the limit to take the first frame of more");
    }
  }
}
