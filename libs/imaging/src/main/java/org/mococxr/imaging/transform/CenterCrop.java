package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/**
 * Cuts out the middle, as torchvision's {@code CenterCrop}: half a pixel is rounded to even, and a
 * smaller picture gets a black border.
 *
 * @param width columns of the result
 * @param height rows of the result
 */
public record CenterCrop(int width, int height) implements Transform {

  /** A square. */
  public CenterCrop(int size) {
    this(size, size);
  }

  @Override
  public GreyImage apply(GreyImage image) {
    if (image.width() == width && image.height() == height) {
      return image;
    }
    return new Crop(offset(image.width(), width), offset(image.height(), height), width, height)
        .apply(image);
  }

  private static int offset(int available, int wanted) {
    return wanted > available
        ? -((wanted - available) / 2)
        : (int) Math.rint((available - wanted) / 2.0);
  }
}
