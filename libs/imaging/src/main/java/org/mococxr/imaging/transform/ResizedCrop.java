package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/**
 * Cuts out a rectangle within the picture and resizes it (antialiased bilinear).
 *
 * @param left first column of the rectangle
 * @param top first row of the rectangle
 * @param width columns of the rectangle
 * @param height rows of the rectangle
 * @param outWidth columns of the result
 * @param outHeight rows of the result
 */
public record ResizedCrop(int left, int top, int width, int height, int outWidth, int outHeight)
    implements Transform {

  @Override
  public GreyImage apply(GreyImage image) {
    return Resize.resize(image, left, top, width, height, outWidth, outHeight);
  }
}
