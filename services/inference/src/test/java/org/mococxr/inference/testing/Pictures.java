package org.mococxr.inference.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** X-rays without anatomy. */
public final class Pictures {
  private Pictures() {}

  /** One grey level everywhere; {@code format} is {@code png} or {@code jpg}. */
  public static byte[] flat(int width, int height, int grey, String format) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    int[] row = new int[width];
    Arrays.fill(row, grey);
    for (int y = 0; y < height; y++) {
      image.getRaster().setPixels(0, y, width, 1, row);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    return bytes.toByteArray();
  }
}
