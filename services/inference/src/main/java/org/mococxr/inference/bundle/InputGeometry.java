package org.mococxr.inference.bundle;

import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.augmentation.Augmentation;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.transform.Geometry;

/**
 * How a picture becomes the network's input: the very two steps of evaluation, so that a served
 * probability is the one that was tested.
 *
 * @param resize what is done first, whatever the picture's size
 * @param side of the centre that is cut out then: width and height of the network's input, in
 *     pixels
 */
public record InputGeometry(Geometry resize, int side) {
  /** A network's input is a few hundred pixels; more is a mistake or an attack on the memory. */
  static final int LARGEST_SIDE = 4096;

  /** Checks the sizes. */
  public InputGeometry {
    requireSide("resize", resize.size());
    requireSide("width", side);
  }

  private static void requireSide(String name, int value) {
    if (value < 1 || value > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          name + " is " + value + ", not within 1 to " + LARGEST_SIDE);
    }
  }

  /** Pixels of the network's input. */
  public int pixels() {
    return side * side;
  }

  /**
   * How many images are taken together.
   *
   * @param most as many as are wanted
   * @return fewer if the pixels of so many do not fit in a buffer, whose length is an {@code int}
   */
  public int mostImages(int most) {
    return Math.min(most, Integer.MAX_VALUE / pixels());
  }

  /** The network's view of {@code image}: always {@code side} × {@code side}. */
  public GreyImage view(GreyImage image) {
    Augmentation centre = Augmentations.centre(side);
    return centre.apply(resize.transform().apply(image), RandomStream.of(0, "not drawn from"));
  }
}
