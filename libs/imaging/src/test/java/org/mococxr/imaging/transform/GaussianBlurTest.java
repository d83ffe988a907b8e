package org.mococxr.imaging.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.imaging.GreyImage;

class GaussianBlurTest {

  /** Sizes beside and beyond what the blur takes at a time, and boxes wider than the picture. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 0.7",
    "1, 9, 2",
    "17, 1, 2",
    "8, 8, 0.1",
    "97, 131, 0.5",
    "131, 97, 1.1",
    "530, 21, 2",
    "21, 530, 1.9",
    "5, 6, 9"
  })
  void isThreeBoxesByDefinition(int w, int h, double sigma) {
    byte[] pixels = new byte[w * h];
    new Random(w + h).nextBytes(pixels);
    GreyImage image = new GreyImage(w, h, pixels);
    GreyImage expected = image;
    for (int pass = 0; pass < 3; pass++) {
      expected = box(expected, sigma, 1, 0);
    }
    for (int pass = 0; pass < 3; pass++) {
      expected = box(expected, sigma, 0, 1);
    }
    assertEquals(expected, new GaussianBlur(sigma).apply(image));
  }

  /**
   * Gwosdek et al., equations 5 and 6, in Pillow's 24-bit fixed point: one weighted sum a pixel.
   */
  private static GreyImage box(GreyImage image, double sigma, int dx, int dy) {
    float variance = (float) sigma * (float) sigma / 3;
    float l = (float) Math.floor(((float) Math.sqrt(12.0 * variance + 1.0) - 1.0) / 2.0);
    float alpha = (2 * l + 1) * (l * (l + 1) - 3 * variance);
    alpha /= 6 * (variance - (l + 1) * (l + 1));
    int radius = (int) (l + alpha);
    long inner = (int) ((1 << 24) / ((l + alpha) * 2 + 1));
    long outer = ((1 << 24) - (radius * 2 + 1) * inner) / 2;
    int w = image.width();
    int h = image.height();
    byte[] out = new byte[w * h];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        long sum = 1 << 23;
        for (int k = -radius - 1; k <= radius + 1; k++) {
          int column = Math.clamp(x + k * dx, 0, w - 1);
          int row = Math.clamp(y + k * dy, 0, h - 1);
          sum += (Math.abs(k) <= radius ? inner : outer) * image.at(column, row);
        }
        out[y * w + x] = (byte) (sum >> 24);
      }
    }
    return new GreyImage(w, h, out);
  }
}
