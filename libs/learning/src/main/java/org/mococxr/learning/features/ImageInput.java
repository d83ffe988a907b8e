package org.mococxr.learning.features;

import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.specs.training.ImageOptions;

/** What {@link ImageOptions} mean for an encoder; what is not given is the encoder's. */
public final class ImageInput {
  private ImageInput() {}

  /** The side of the view. */
  public static int size(ImageOptions image, int otherwise) {
    return image.size() == null ? otherwise : image.size();
  }

  /** The resize to the view's side. */
  public static Geometry geometry(ImageOptions image, Geometry otherwise) {
    Geometry.Mode mode =
        image.geometry() == null
            ? otherwise.mode()
            : switch (image.geometry()) {
              case SHORTER_SIDE -> Geometry.Mode.SHORTER_SIDE;
              case SQUARE -> Geometry.Mode.SQUARE;
            };
    return new Geometry(mode, size(image, otherwise.size()));
  }

  /** The normalisation. */
  public static Normalisation normalisation(ImageOptions image, Normalisation otherwise) {
    return image.normalisation() == null
        ? otherwise
        : switch (image.normalisation()) {
          case CHEXPERT -> Normalisation.CHEXPERT;
          case IMAGENET -> Normalisation.IMAGENET;
        };
  }
}
