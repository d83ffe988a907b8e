package org.mococxr.imaging.augmentation;

import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.RotatedCrop;

/**
 * MoCo-CXR's own views: flip, a small rotation, a random crop (MIDL 2021, section 3.2: what leaves
 * a radiograph a radiograph).
 *
 * @param size pixels of the view's sides
 * @param flip probability of a horizontal flip
 * @param degrees the rotation is uniform within ± this
 */
record ChexpertAugmentation(int size, double flip, double degrees) implements Augmentation {

  @Override
  public GreyImage apply(GreyImage image, RandomStream random) {
    GreyImage enough = Sizes.atLeast(image, size);
    boolean mirrored = random.nextBoolean(flip);
    double angle = random.nextDouble(-degrees, degrees);
    int top = random.nextInt(enough.height() - size + 1);
    int left = random.nextInt(enough.width() - size + 1);
    return new RotatedCrop(mirrored, angle, left, top, size, size).apply(enough);
  }
}
