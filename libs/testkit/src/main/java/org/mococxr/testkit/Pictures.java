package org.mococxr.testkit;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Picture files without anatomy, encoded by the JDK and not by the code under test. */
public final class Pictures {
  private Pictures() {}

  /** The grey level of a pixel, 0 … 255. */
  @FunctionalInterface
  public interface Grey {
    int at(int x, int y);
  }

  /** One grey level everywhere; {@code format} is {@code png} or {@code jpg}. */
  public static byte[] flat(int width, int height, int grey, String format) {
    return of(width, height, format, (x, y) -> grey);
  }

  /** An 8-bit greyscale picture; {@code format} is {@code png} or {@code jpg}. */
  public static byte[] of(int width, int height, String format, Grey grey) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.getRaster().setSample(x, y, 0, grey.at(x, y));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalArgumentException("the JDK writes no " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
