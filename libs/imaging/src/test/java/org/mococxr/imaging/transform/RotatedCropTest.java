package org.mococxr.imaging.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.testing.Pictures;

class RotatedCropTest {

  @Test
  void equalsPillowsLoopPixelByPixelForAnyAngleSizeAndCrop() {
    RandomStream random = RandomStream.of(7, "rotated crops");
    for (int i = 0; i < 500; i++) {
      GreyImage image = Pictures.noise(1 + random.nextInt(60), 1 + random.nextInt(60), i);
      double degrees = i % 5 == 0 ? 90 * random.nextInt(9) - 360 : random.nextDouble(-400, 400);
      boolean mirrored = random.nextBoolean(0.5);
      int width = 1 + random.nextInt(image.width());
      int height = 1 + random.nextInt(image.height());
      int left = random.nextInt(image.width() - width + 1);
      int top = random.nextInt(image.height() - height + 1);
      GreyImage flipped = mirrored ? Flip.HORIZONTAL.apply(image) : image;
      GreyImage expected =
          new Crop(left, top, width, height).apply(rotateLikePillow(flipped, degrees));
      assertEquals(
          expected,
          new RotatedCrop(mirrored, degrees, left, top, width, height).apply(image),
          image + " by " + degrees);
    }
  }

  /** The published algorithm, one pixel at a time: 16.16 coordinates, tested for being inside. */
  private static GreyImage rotateLikePillow(GreyImage image, double degrees) {
    int w = image.width();
    int h = image.height();
    double angle = -Math.toRadians(((degrees % 360) + 360) % 360);
    double a = Math.rint(Math.cos(angle) * 1e15) / 1e15;
    double b = Math.rint(Math.sin(angle) * 1e15) / 1e15;
    double c = a * (-w / 2.0) + b * (-h / 2.0) + w / 2.0;
    double f = -b * (-w / 2.0) + a * (-h / 2.0) + h / 2.0;
    long stepX = Math.round(a * 65536);
    long shearX = Math.round(b * 65536);
    long shearY = Math.round(-b * 65536);
    byte[] out = new byte[w * h];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        long inX = Math.round((c + a * 0.5 + b * 0.5) * 65536) + x * stepX + y * shearX;
        long inY = Math.round((f - b * 0.5 + a * 0.5) * 65536) + x * shearY + y * stepX;
        long column = inX >> 16;
        long row = inY >> 16;
        if (column >= 0 && column < w && row >= 0 && row < h) {
          out[y * w + x] = (byte) image.at((int) column, (int) row);
        }
      }
    }
    return new GreyImage(w, h, out);
  }

  @Test
  void aWholeTurnChangesNothingAndHalfATurnFlipsBothWays() {
    GreyImage image = Pictures.noise(31, 44, 1);
    assertEquals(image, new Rotate(360).apply(image));
    assertEquals(Flip.VERTICAL.apply(Flip.HORIZONTAL.apply(image)), new Rotate(-180).apply(image));
  }
}
