package org.mococxr.learning.explain;

import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.heatmap.HeatMap;

/** Says where in a picture a model sees a finding. */
interface Evidence extends AutoCloseable {

  /**
   * The heat map of a task.
   *
   * @param picture as the network takes it: resized and cropped
   * @param task its index in the model's head
   */
  HeatMap map(GreyImage picture, int task);

  @Override
  void close();
}
