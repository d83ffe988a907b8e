package org.mococxr.imaging.heatmap;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Evidence for a finding by place, rectified and scaled so that the largest is 1 (all 0 where
 * nothing speaks for it); of several models joined the largest may be less.
 *
 * @param width columns
 * @param height rows
 * @param values row-major, in [0, 1]
 */
public record HeatMap(int width, int height, float[] values) {

  /**
   * Rectifies and scales: only evidence for a finding shows, as in Grad-CAM (Selvaraju et al.
   * 2017).
   *
   * @param evidence {@code [height, width]}, of any scale
   */
  public static HeatMap of(double[] evidence, int height, int width) {
    double max = Math.max(0, Arrays.stream(evidence).max().orElse(0));
    float[] values = new float[height * width];
    for (int p = 0; p < values.length; p++) {
      values[p] = max == 0 ? 0 : (float) (Math.max(0, evidence[p]) / max);
    }
    return new HeatMap(width, height, values);
  }

  /**
   * One of several maps that lie one behind the other.
   *
   * @param maps {@code [n, height, width]}
   * @param index of the map
   */
  public static HeatMap of(float[] maps, int index, int height, int width) {
    double[] evidence = new double[height * width];
    for (int p = 0; p < evidence.length; p++) {
      evidence[p] = maps[index * evidence.length + p];
    }
    return of(evidence, height, width);
  }

  /**
   * What several models see together: the mean of their maps, or the largest of them at each place.
   * Each has the largest value 1, so that none outweighs the others; the result is not scaled
   * again, as in the reference, and is fainter where they disagree. Maps of fewer cells are brought
   * to the finest one's, between cells bilinear.
   */
  public static HeatMap joined(List<HeatMap> maps, boolean largest) {
    HeatMap finest =
        maps.stream().max(Comparator.comparingInt(map -> map.width * map.height)).orElseThrow();
    float[] joined = new float[finest.values.length];
    for (int p = 0; p < joined.length; p++) {
      int x = p % finest.width;
      int y = p / finest.width;
      DoubleStream values =
          maps.stream().mapToDouble(map -> map.at(x, y, finest.width, finest.height));
      joined[p] = (float) (largest ? values.max() : values.average()).orElseThrow();
    }
    return new HeatMap(finest.width, finest.height, joined);
  }

  /** The value at a place of a picture that the map covers, between cells bilinear. */
  public double at(double x, double y, int pictureWidth, int pictureHeight) {
    double column = Math.clamp((x + 0.5) * width / pictureWidth - 0.5, 0, width - 1);
    double row = Math.clamp((y + 0.5) * height / pictureHeight - 0.5, 0, height - 1);
    int left = (int) column;
    int top = (int) row;
    int right = Math.min(width - 1, left + 1);
    int bottom = Math.min(height - 1, top + 1);
    double across = column - left;
    double down = row - top;
    double upper = values[top * width + left] * (1 - across) + values[top * width + right] * across;
    double lower =
        values[bottom * width + left] * (1 - across) + values[bottom * width + right] * across;
    return upper * (1 - down) + lower * down;
  }
}
