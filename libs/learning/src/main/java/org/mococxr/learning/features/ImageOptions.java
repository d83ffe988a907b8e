package org.mococxr.learning.features;

import java.util.Locale;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;

/**
 * How pictures become inputs; what is not given is the encoder's.
 *
 * @param size side of the square view in pixels
 * @param geometry {@code shorter-side} or {@code square}
 * @param normalisation {@code imagenet} or {@code chexpert}; by default the encoder's own
 */
public record ImageOptions(Integer size, String geometry, String normalisation) {

  /** Nothing given. */
  public static final ImageOptions DEFAULT = new ImageOptions(null, null, null);

  /** The side of the view. */
  public int sizeOr(int otherwise) {
    return size == null ? otherwise : size;
  }

  /** The resize to the view's side. */
  public Geometry geometryOr(Geometry otherwise) {
    if (geometry == null) {
      return size == null ? otherwise : new Geometry(otherwise.mode(), size);
    }
    String name = geometry.toUpperCase(Locale.ROOT).replace('-', '_');
    for (Geometry.Mode mode : Geometry.Mode.values()) {
      if (mode.name().equals(name)) {
        return new Geometry(mode, sizeOr(otherwise.size()));
      }
    }
    throw new UserErrorException(
        "image.geometry", "there is no '" + geometry + "'", "shorter-side or square");
  }

  /** The normalisation. */
  public Normalisation normalisationOr(Normalisation otherwise) {
    return switch (normalisation == null ? "" : normalisation.toLowerCase(Locale.ROOT)) {
      case "" -> otherwise;
      case "imagenet" -> Normalisation.IMAGENET;
      case "chexpert", "chexpert_norm" -> Normalisation.CHEXPERT;
      default ->
          throw new UserErrorException(
              "image.normalisation", "there is no '" + normalisation + "'", "imagenet or chexpert");
    };
  }
}
