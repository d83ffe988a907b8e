package org.mococxr.learning.explain;

import java.util.List;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.imaging.transform.CenterCrop;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.BundleDescription;
import org.mococxr.learning.export.OnnxModel;
import org.mococxr.learning.export.OnnxWriter;

/**
 * The heat maps that a served model gives of itself: the output {@code heatmaps} of its ONNX graph,
 * rectified and scaled as Grad-CAM is.
 */
public final class ServedHeatMaps implements AutoCloseable {
  private final BundleDescription.Input input;
  private final OnnxModel model;
  private final int height;
  private final int width;

  /** Opens the bundle's model. */
  public ServedHeatMaps(Bundle bundle) {
    input = bundle.description().input();
    model = new OnnxModel(bundle.model());
    long[] shape = given() ? model.shape(OnnxWriter.HEATMAPS) : new long[4];
    height = Math.toIntExact(shape[2]);
    width = Math.toIntExact(shape[3]);
  }

  /** Whether there are any: networks that are joined may have maps of different sizes. */
  public boolean given() {
    return model.has(OnnxWriter.HEATMAPS);
  }

  /**
   * The picture as the network takes it: what a map must be laid over, since a wide picture's sides
   * are cut off before the network sees it.
   *
   * @param picture of any size
   */
  public GreyImage view(GreyImage picture) {
    GreyImage resized = new Geometry(input.geometry(), input.resize()).transform().apply(picture);
    return new CenterCrop(input.width(), input.height()).apply(resized);
  }

  /**
   * Evidence for a finding by place.
   *
   * @param view what {@link #view} made
   * @param task the finding's column in the model's outputs
   */
  public HeatMap map(GreyImage view, int task) {
    float[] all = model.run(List.of(view)).get(OnnxWriter.HEATMAPS);
    return HeatMap.of(all, task, height, width);
  }

  @Override
  public void close() {
    model.close();
  }
}
