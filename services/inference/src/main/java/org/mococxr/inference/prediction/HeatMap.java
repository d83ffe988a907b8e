package org.mococxr.inference.prediction;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.mococxr.imaging.GreyImage;
import org.mococxr.inference.model.Tensor;

/**
 * Paints a task's evidence over the network's view of an X-ray. Only evidence <em>for</em> the
 * finding shows (ReLU, as in Grad-CAM); the strongest place of the picture is painted fully.
 */
final class HeatMap {
  /** Colours from little to much evidence, RGB; the X-ray shines through where there is little. */
  private static final int[][] RAMP = {
    {40, 20, 120}, {190, 30, 110}, {250, 120, 40}, {255, 230, 80}
  };

  private static final double STRONGEST_COVER = 0.6;

  private final int width;
  private final int height;
  private final double[] evidence;

  private HeatMap(int width, int height, double[] evidence) {
    this.width = width;
    this.height = height;
    this.evidence = evidence;
  }

  /**
   * @param maps {@code [1, tasks, h, w]}
   * @param task the column of the task
   */
  static HeatMap of(Tensor maps, int task) {
    int height = Math.toIntExact(maps.shape()[2]);
    int width = Math.toIntExact(maps.shape()[3]);
    double[] evidence = new double[width * height];
    double strongest = 0;
    for (int i = 0; i < evidence.length; i++) {
      evidence[i] = Math.max(0, maps.values()[task * evidence.length + i]);
      strongest = Math.max(strongest, evidence[i]);
    }
    for (int i = 0; i < evidence.length && strongest > 0; i++) {
      evidence[i] /= strongest;
    }
    return new HeatMap(width, height, evidence);
  }

  /** A PNG of {@code view}'s size. */
  byte[] paintedOver(GreyImage view) {
    BufferedImage picture =
        new BufferedImage(view.width(), view.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < view.height(); y++) {
      for (int x = 0; x < view.width(); x++) {
        double heat = at((x + 0.5) * width / view.width(), (y + 0.5) * height / view.height());
        picture.setRGB(x, y, mix(view.at(x, y), heat));
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException("a PNG in memory cannot be written", e);
    }
    return png.toByteArray();
  }

  /** Bilinear between the centres of the map's cells; (x, y) in cells. */
  private double at(double x, double y) {
    double left = Math.max(0, Math.min(width - 1.0, x - 0.5));
    double top = Math.max(0, Math.min(height - 1.0, y - 0.5));
    int x0 = (int) left;
    int y0 = (int) top;
    int x1 = Math.min(width - 1, x0 + 1);
    int y1 = Math.min(height - 1, y0 + 1);
    double upper = blend(evidence[y0 * width + x0], evidence[y0 * width + x1], left - x0);
    double lower = blend(evidence[y1 * width + x0], evidence[y1 * width + x1], left - x0);
    return blend(upper, lower, top - y0);
  }

  private static int mix(int grey, double heat) {
    double place = heat * (RAMP.length - 1);
    int step = Math.min(RAMP.length - 2, (int) place);
    int rgb = 0;
    for (int channel = 0; channel < 3; channel++) {
      double colour = blend(RAMP[step][channel], RAMP[step + 1][channel], place - step);
      rgb = rgb << 8 | (int) Math.round(blend(grey, colour, STRONGEST_COVER * heat));
    }
    return rgb;
  }

  private static double blend(double from, double to, double share) {
    return from + (to - from) * share;
  }
}
