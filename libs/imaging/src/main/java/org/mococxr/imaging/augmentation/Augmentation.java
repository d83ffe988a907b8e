package org.mococxr.imaging.augmentation;

import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;

/** Makes a random view of a picture; two streams give the query and the key of MoCo. */
@FunctionalInterface
public interface Augmentation {

  /**
   * A view of the size that the augmentation was made for.
   *
   * @param image at least one pixel; stays as it was
   * @param random the stream of this view; the only source of randomness
   */
  GreyImage apply(GreyImage image, RandomStream random);
}
