package org.mococxr.imaging.outliers;

import java.util.Map;
import org.mococxr.foundation.Maps;
import org.mococxr.imaging.GreyImage;

/**
 * What a model's validation set tells of pictures that the model was not made for.
 *
 * @param images that the statistics are of
 * @param turned images of the set that are left out, since they are rotated or inverted
 * @param appearance how the images look
 * @param featureDistance largest distance of a like picture's features, an output of the network
 * @param warned share of the test's images that are warned of, by what was done to them: {@code
 *     none}, {@code inverted}, {@code rotated 90}, {@code rotated 180}, {@code rotated 270}, {@code
 *     rotated 45}, or the enlarged lower right quarter, {@code part}
 */
public record OutlierStatistics(
    int images,
    int turned,
    Appearance appearance,
    double featureDistance,
    Map<String, Double> warned) {
  /** With fewer images a threshold is chance. */
  public static final int LEAST_IMAGES = 50;

  /** Checks that it is whole. */
  public OutlierStatistics {
    if (images < 1 || appearance == null || !(featureDistance >= 0)) {
      throw new IllegalArgumentException(
          "images (at least 1), appearance and featureDistance (at least 0) are needed");
    }
    warned = Maps.copy(warned);
  }

  /** The same with what was warned of in the test. */
  public OutlierStatistics withWarned(Map<String, Double> shares) {
    return new OutlierStatistics(images, turned, appearance, featureDistance, shares);
  }

  /**
   * Whether {@code picture} is unlike those of the set, by its look or by its features.
   *
   * @param distance of its features, an output of the network; NaN where they have none
   */
  public boolean isUnlike(GreyImage picture, double distance) {
    boolean near = distance <= featureDistance; // NaN is not
    return !near || appearance.isUnlike(picture);
  }
}
