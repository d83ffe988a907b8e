package org.mococxr.imaging.augmentation;

import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.CenterCrop;
import org.mococxr.imaging.transform.Crop;
import org.mococxr.imaging.transform.Resize;

/** Squares of a fixed size out of pictures of any size. */
final class Sizes {
  private Sizes() {}

  /** The picture, enlarged if its shorter side is below the size, so that a crop fits. */
  static GreyImage atLeast(GreyImage image, int size) {
    return Math.min(image.width(), image.height()) < size
        ? Resize.shorterSide(size).apply(image)
        : image;
  }

  static GreyImage randomCrop(GreyImage image, int size, RandomStream random) {
    GreyImage enough = atLeast(image, size);
    int top = random.nextInt(enough.height() - size + 1);
    int left = random.nextInt(enough.width() - size + 1);
    return enough.width() == size && enough.height() == size
        ? enough
        : new Crop(left, top, size, size).apply(enough);
  }

  static GreyImage centreCrop(GreyImage image, int size) {
    return new CenterCrop(size).apply(atLeast(image, size));
  }
}
