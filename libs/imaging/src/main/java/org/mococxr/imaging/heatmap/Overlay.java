package org.mococxr.imaging.heatmap;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.imaging.GreyImage;

/** Draws a heat map over its picture: from clear through red and orange to yellow. */
public final class Overlay {
  /** How much of the picture the strongest evidence hides. */
  private static final double OPACITY = 0.6;

  private Overlay() {}

  /** PNG of the picture with the map over it. */
  public static byte[] png(GreyImage picture, HeatMap map) {
    int width = picture.width();
    int height = picture.height();
    BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double heat = map.at(x, y, width, height);
        double alpha = OPACITY * heat;
        int grey = picture.at(x, y);
        int red = mix(grey, red(heat), alpha);
        int green = mix(grey, green(heat), alpha);
        int blue = mix(grey, blue(heat), alpha);
        out.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return encoded(out);
  }

  /** PNG of the map alone on a clear ground, to be laid over a picture of this size. */
  public static byte[] layer(HeatMap map, int width, int height) {
    BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double heat = map.at(x, y, width, height);
        int alpha = (int) Math.round(255 * heat);
        int colour =
            mix(0, red(heat), 1) << 16 | mix(0, green(heat), 1) << 8 | mix(0, blue(heat), 1);
        out.setRGB(x, y, alpha << 24 | colour);
      }
    }
    return encoded(out);
  }

  private static byte[] encoded(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes the PNG. */
  public static void write(GreyImage picture, HeatMap map, Path file) {
    try {
      AtomicFiles.write(file, png(picture, map));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Lightness rises with the evidence, so that it reads without telling red from green.
  private static double red(double heat) {
    return 200 + 55 * heat;
  }

  private static double green(double heat) {
    return 20 + 210 * heat * heat;
  }

  private static double blue(double heat) {
    return 30 + 60 * heat * heat;
  }

  private static int mix(int grey, double colour, double alpha) {
    return (int) Math.clamp(Math.round(grey * (1 - alpha) + colour * alpha), 0, 255);
  }
}
