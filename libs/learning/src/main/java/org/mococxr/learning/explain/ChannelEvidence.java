package org.mococxr.learning.explain;

import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.learning.features.LinearHead;

/** Grad-CAM's last step (Selvaraju et al. 2017): the weighted sum of a layer's channels. */
final class ChannelEvidence {
  private ChannelEvidence() {}

  /**
   * Σ weight · channel, rectified and scaled.
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
    return HeatMap.of(sum, height, width);
  }

  /**
   * The closed form for a linear head on globally pooled features: the gradient of a logit by a
   * channel is the head's weight over the number of places, so no gradient need be computed.
   *
   * @param maps the last feature map, {@code [d, height, width]}
   */
  static HeatMap closedForm(float[] maps, LinearHead head, int task, int height, int width) {
    int d = head.featureDimension();
    double[] weights = new double[d];
    for (int c = 0; c < d; c++) {
      weights[c] = head.weight()[task * d + c];
    }
    return of(maps, weights, height, width);
  }
}
