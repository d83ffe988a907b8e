package org.mococxr.learning.explain;

import java.util.Arrays;
import org.mococxr.learning.features.LinearHead;

/**
 * Evidence for a finding by place, rectified and scaled so that the largest is 1 (all 0 where
 * nothing speaks for it).
 *
 * @param width columns
 * @param height rows
 * @param values row-major, in [0, 1]
 */
public record HeatMap(int width, int height, float[] values) {

  /**
   * Σ weight · channel, rectified and scaled: Grad-CAM's last step (Selvaraju et al. 2017).
   *
   * @param maps {@code [channels, height, width]}
   * @param weights by channel
   */
  static HeatMap of(float[] maps, double[] weights, int height, int width) {
    int places = height * width;
    double[] sum = new double[places];
    for (int c = 0; c < weights.length; c++) {
      for (int p = 0; p < places; p++) {
        sum[p] += weights[c] * maps[c * places + p];
      }
    }
    double max = Math.max(0, Arrays.stream(sum).max().orElse(0));
    float[] values = new float[places];
    for (int p = 0; p < places; p++) {
      values[p] = max == 0 ? 0 : (float) (Math.max(0, sum[p]) / max);
    }
    return new HeatMap(width, height, values);
  }

  /**
   * The closed form for a linear head on globally pooled features: the gradient of a logit by a
   * channel is the head's weight over the number of places, so no gradient need be computed.
   *
   * @param maps the last feature map, {@code [d, height, width]}
   */
  public static HeatMap closedForm(float[] maps, LinearHead head, int task, int height, int width) {
    int d = head.featureDimension();
    double[] weights = new double[d];
    for (int c = 0; c < d; c++) {
      weights[c] = head.weight()[task * d + c];
    }
    return of(maps, weights, height, width);
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
