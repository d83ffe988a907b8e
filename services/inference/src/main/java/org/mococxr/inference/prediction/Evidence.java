package org.mococxr.inference.prediction;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.imaging.heatmap.Overlay;
import org.mococxr.inference.model.Tensor;

/** Pictures of the evidence for findings. */
final class Evidence {
  private static final String DATA_URI = "data:image/png;base64,";

  private Evidence() {}

  /**
   * A picture as a data URI; null for none.
   *
   * @param maps {@code [images, tasks, h, w]}
   */
  static String of(HeatMaps how, Tensor maps, int image, int task, GreyImage view) {
    return switch (how) {
      case NONE -> null;
      case PAINTED, PAINTED_IF_PRESENT -> dataUri(painted(maps, image, task, view));
      case LAYERS -> dataUri(Overlay.layer(map(maps, image, task), view.width(), view.height()));
    };
  }

  /** The evidence over the view, a PNG. */
  static byte[] painted(Tensor maps, int image, int task, GreyImage view) {
    return Overlay.png(view, map(maps, image, task));
  }

  private static HeatMap map(Tensor maps, int image, int task) {
    int tasks = Math.toIntExact(maps.shape()[1]);
    int height = Math.toIntExact(maps.shape()[2]);
    int width = Math.toIntExact(maps.shape()[3]);
    return HeatMap.of(maps.values(), image * tasks + task, height, width);
  }

  /** The network's view as a data URI. */
  static String view(GreyImage view) {
    BufferedImage picture =
        new BufferedImage(view.width(), view.height(), BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setDataElements(0, 0, view.width(), view.height(), view.pixels());
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException("a PNG in memory cannot be written", e);
    }
    return dataUri(png.toByteArray());
  }

  private static String dataUri(byte[] png) {
    return DATA_URI + Base64.getEncoder().encodeToString(png);
  }

  /** The PNG of a data URI that was made here. */
  static byte[] png(String dataUri) {
    return Base64.getDecoder().decode(dataUri.substring(DATA_URI.length()));
  }
}
