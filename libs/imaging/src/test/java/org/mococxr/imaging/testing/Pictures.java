package org.mococxr.imaging.testing;

import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;

/** Pictures made for tests. */
public final class Pictures {
  private Pictures() {}

  /**
   * A smooth picture with some noise: compresses like a radiograph and resizes without surprise.
   */
  public static GreyImage smooth(int width, int height, long seed) {
    RandomStream random = RandomStream.of(seed, "test picture");
    double a = random.nextDouble(0.5, 3);
    double b = random.nextDouble(0.5, 3);
    byte[] pixels = new byte[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double wave = Math.sin(a * x / width * 6) + Math.cos(b * y / height * 6);
        pixels[y * width + x] = (byte) (127 + 50 * wave + random.nextInt(5));
      }
    }
    return new GreyImage(width, height, pixels);
  }

  /** Every pixel independent and uniform. */
  public static GreyImage noise(int width, int height, long seed) {
    RandomStream random = RandomStream.of(seed, "test noise");
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    return new GreyImage(width, height, pixels);
  }

  /** The largest difference of two pictures of one size, in grey levels. */
  public static int worstDifference(GreyImage a, GreyImage b) {
    if (a.width() != b.width() || a.height() != b.height()) {
      throw new AssertionError(a + " and " + b + " differ in size");
    }
    int worst = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      worst = Math.max(worst, Math.abs((a.pixels()[i] & 0xFF) - (b.pixels()[i] & 0xFF)));
    }
    return worst;
  }
}
