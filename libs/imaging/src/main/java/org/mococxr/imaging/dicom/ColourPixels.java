package org.mococxr.imaging.dicom;

import java.nio.ByteBuffer;
import org.mococxr.foundation.UserErrorException;

/**
 * Grey pictures that are stored in colour: three equal planes, or luminance with neutral
 * chrominance. What has colours is refused.
 */
record ColourPixels(DicomParser.Parsed parsed, PixelFormat format, String name) {
  /** Grey levels by which lossy compression may set equal planes apart. */
  private static final int NEARLY = 4;

  private static final int NEUTRAL = 128;

  /**
   * The samples of a picture, one byte each.
   *
   * @param luminance whether they are luminance and chrominance, and not red, green and blue
   * @param planar whether planes follow one another, and not the samples of each pixel
   */
  record Samples(ByteBuffer bytes, boolean luminance, boolean planar) {}

  /** The grey levels, row by row. */
  int[] grey(Samples samples) {
    int count = format.count();
    int pixel = samples.planar() ? 1 : 3;
    int plane = samples.planar() ? count : 1;
    boolean exact = !parsed.syntax().encapsulated() || parsed.syntax() == TransferSyntax.RLE;
    int tolerance = exact && !samples.luminance() ? 0 : NEARLY;
    ByteBuffer bytes = samples.bytes();
    int[] grey = new int[count];
    for (int i = 0; i < count; i++) {
      int first = bytes.get(i * pixel) & 0xFF;
      int expected = samples.luminance() ? NEUTRAL : first;
      int second = bytes.get(i * pixel + plane) & 0xFF;
      int third = bytes.get(i * pixel + 2 * plane) & 0xFF;
      if (Math.abs(second - expected) > tolerance || Math.abs(third - expected) > tolerance) {
        throw coloured(name, format);
      }
      grey[i] = first;
    }
    return grey;
  }

  static UserErrorException coloured(String name, PixelFormat format) {
    return new UserErrorException(
        name,
        "the pixels are in colour (" + format.photometric() + ")",
        "a radiograph in grey is expected: convert the file to MONOCHROME2");
  }
}
