package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/**
 * Rotates counter-clockwise about the middle, nearest neighbour, black where nothing was; the size
 * stays.
 *
 * @param degrees counter-clockwise
 */
public record Rotate(double degrees) implements Transform {

  @Override
  public GreyImage apply(GreyImage image) {
    return new RotatedCrop(false, degrees, 0, 0, image.width(), image.height()).apply(image);
  }
}
