package org.mococxr.learning.features;

import org.mococxr.foundation.UserErrorException;
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

  /** The resize alone, where no view is cropped. */
  public static Geometry geometry(ImageOptions image, Geometry otherwise) {
    return geometry(image, otherwise, 1);
  }

  /**
   * The resize before the view is cropped.
   *
   * @param view side of the view
   * @throws UserErrorException if the view does not fit into the resized picture
   */
  public static Geometry geometry(ImageOptions image, Geometry otherwise, int view) {
    ImageOptions.Geometry mode = image.geometry() == null ? otherwise.mode() : image.geometry();
    if (image.resize() != null && image.resize() < view) {
      throw new UserErrorException(
          "image.resize",
          "found %d with a view of %d pixels".formatted(image.resize(), view),
          "expected at least the view's side, which is size");
    }
    int size = image.resize() != null ? image.resize() : size(image, otherwise.size());
    return new Geometry(mode, size);
  }

  public static Normalisation normalisation(ImageOptions image, Normalisation otherwise) {
    Normalisation ofRgb =
        image.normalisation() == null
            ? otherwise
            : switch (image.normalisation()) {
              case CHEXPERT -> Normalisation.CHEXPERT;
              case IMAGENET -> Normalisation.IMAGENET;
            };
    // The planes of a grey picture are equal: the order is that of the numbers alone. What an
    // encoder carries has its order already.
    boolean turn =
        image.channels() == ImageOptions.Channels.BGR && ofRgb.equals(Normalisation.IMAGENET);
    return turn ? ofRgb.reversed() : ofRgb;
  }
}
