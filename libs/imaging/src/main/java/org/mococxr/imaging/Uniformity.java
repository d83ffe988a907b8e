package org.mococxr.imaging;

import org.mococxr.foundation.UserErrorException;

/**
 * Whether a picture shows anything: an exposure that failed, a window beside the values or a wrong
 * bit depth leave a picture of one grey level, from which nothing can be learnt or found.
 */
public final class Uniformity {
  /** Neighbouring grey levels that are taken for one. */
  private static final int BAND = 3;

  /** Share of the pixels within them from which a picture is nearly uniform. */
  private static final double SHARE = 0.98;

  /** Smaller pictures are icons or made up: too few pixels to judge by shares. */
  private static final int LEAST_PIXELS = 32 * 32;

  /** Pixels that are looked at first; only where these are uniform, all are. */
  private static final int SAMPLE = 1 << 14;

  private Uniformity() {}

  /**
   * Whether nearly all pixels have nearly the same grey level.
   *
   * @param histogram pixels of each grey level, 0 … 255
   */
  public static boolean of(long[] histogram) {
    long total = 0;
    for (long count : histogram) {
      total += count;
    }
    if (total < LEAST_PIXELS) {
      return false;
    }
    for (int level = 0; level + BAND <= histogram.length; level++) {
      long within = 0;
      for (int i = 0; i < BAND; i++) {
        within += histogram[level + i];
      }
      if (within >= SHARE * total) {
        return true;
      }
    }
    return false;
  }

  /** Refuses a nearly uniform picture. */
  public static GreyImage refuse(String name, GreyImage image) {
    int step = Math.max(1, image.pixels().length / SAMPLE);
    // Odd, so that it does not run down a column.
    if (of(histogram(image, step | 1)) && of(histogram(image, 1))) {
      throw new UserErrorException(
          name,
          "the picture is (nearly) uniform: 98 of 100 pixels have the same grey level",
          "a radiograph with contrast is expected; leave the file out");
    }
    return image;
  }

  private static long[] histogram(GreyImage image, int step) {
    long[] histogram = new long[256];
    byte[] pixels = image.pixels();
    for (int i = 0; i < pixels.length; i += step) {
      histogram[pixels[i] & 0xFF]++;
    }
    return histogram;
  }
}
