package org.mococxr.imaging;

import java.util.Map;
import org.mococxr.foundation.UserErrorException;

/**
 * How large a file may be, as its header says, before its pixels are decoded: a decompression bomb
 * or a damaged header is then the user's error and never exhausts memory. Besides these caps, a
 * picture may not have more pixels than its bytes can plausibly fill, so that a few bytes never ask
 * for a large array.
 *
 * @param maxBytes size of the file, and of the inflated part of a deflated one, in bytes
 * @param maxPixels width × height
 * @param maxFrames frames in a DICOM file, of which one is decoded
 */
public record DecodeLimits(long maxBytes, long maxPixels, int maxFrames) {
  /** The variable with the largest size of a file in MiB. */
  private static final String MIB = "MOCOCXR_MAX_FILE_MIB";

  /** The variable with the largest number of pixels. */
  private static final String PIXELS = "MOCOCXR_MAX_PIXELS";

  /** What one Java array can hold, with room for a 16-bit picture. */
  private static final long MOST_PIXELS = 1L << 30;

  /**
   * Pixels that a byte may stand for. Baseline JPEG has 64 in six bits at the least, lossless
   * formats reach two to four on radiographs.
   */
  private static final long PIXELS_PER_BYTE = 128;

  /** Pixels, and bytes of inflated data, that are always allowed, however well they compress. */
  private static final long ALWAYS = 1L << 20;

  /** Caps the pixels at what an array can hold. */
  public DecodeLimits {
    maxPixels = Math.min(maxPixels, MOST_PIXELS);
    maxBytes = Math.min(maxBytes, Integer.MAX_VALUE - 8L);
  }

  /**
   * 256 MiB, 64 million pixels (a large flat panel has 20 million), 10,000 frames, unless the
   * environment says otherwise: {@value #MIB} and {@value #PIXELS}.
   */
  public static DecodeLimits defaults() {
    return of(System.getenv());
  }

  /**
   * The limits of an environment.
   *
   * @throws UserErrorException for a value that is no number from 1
   */
  static DecodeLimits of(Map<String, String> environment) {
    return new DecodeLimits(
        number(environment, MIB, 256) << 20, number(environment, PIXELS, 64_000_000L), 10_000);
  }

  private static long number(Map<String, String> environment, String name, long otherwise) {
    String text = environment.getOrDefault(name, "").strip();
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.matches("[1-9][0-9]{0,11}")) {
      throw new UserErrorException(name, "found '" + text + "'", "expected a whole number from 1");
    }
    return Long.parseLong(text);
  }

  /** The variable that raises a limit, where it is not the caller's own. */
  private String raisedBy(String variable) {
    return equals(defaults()) ? " (the variable " + variable + " raises it)" : "";
  }

  /** Refuses a file that is too large to be read. */
  public void checkBytes(String name, long bytes) {
    if (bytes > maxBytes) {
      throw new UserErrorException(
          name,
          "the file has " + bytes + " bytes",
          "at most "
              + maxBytes
              + " are decoded"
              + raisedBy(MIB)
              + "; store the picture in a smaller form");
    }
  }

  /** The most bytes that compressed data may be inflated to. */
  public long mostInflated(long compressedBytes) {
    return Math.min(maxBytes, ALWAYS + PIXELS_PER_BYTE * compressedBytes);
  }

  /**
   * Refuses a picture that is empty, has too many pixels, or more than its data can fill.
   *
   * @param bytes of compressed data that hold the picture
   */
  public void checkPixels(String name, long width, long height, long bytes) {
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
          "at most "
              + maxPixels
              + " are decoded"
              + raisedBy(PIXELS)
              + "; reduce the picture's size");
    }
    if (width * height > ALWAYS + PIXELS_PER_BYTE * bytes) {
      throw new UserErrorException(
          name,
          "the header says " + width + " × " + height + " pixels in " + bytes + " bytes",
          "damaged, or made to exhaust memory: so few bytes hold at most "
              + (ALWAYS + PIXELS_PER_BYTE * bytes)
              + " pixels");
    }
  }

  /** Refuses a file of too many frames. */
  public void checkFrames(String name, long frames) {
    if (frames > maxFrames) {
      throw new UserErrorException(
          name,
          "the header says " + frames + " frames",
          "at most " + maxFrames + " are expected; split the file into its frames");
    }
  }
}
