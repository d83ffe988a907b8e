package org.mococxr.imaging.augmentation;

import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Brightness;
import org.mococxr.imaging.transform.Contrast;
import org.mococxr.imaging.transform.Flip;
import org.mococxr.imaging.transform.Rotate;
import org.mococxr.imaging.transform.Sharpness;

/**
 * Fine-tuning's views: each of rotation, contrast, brightness and sharpness with its own range and
 * probability, a flip, and a crop that is random in training.
 *
 * @param size pixels of the view's sides
 * @param rotation degrees counter-clockwise
 * @param contrast factor
 * @param brightness factor
 * @param sharpness factor
 * @param flip probability of a horizontal flip
 * @param randomCrop whether the crop is random; else the middle
 */
record FineTuneAugmentation(
    int size,
    Draw rotation,
    Draw contrast,
    Draw brightness,
    Draw sharpness,
    double flip,
    boolean randomCrop)
    implements Augmentation {

  /** A number that is uniform in [min, max), used with a probability. */
  record Draw(double min, double max, double probability) {}

  @Override
  public GreyImage apply(GreyImage image, RandomStream random) {
    GreyImage view = image;
    if (random.nextBoolean(rotation.probability())) {
      view = new Rotate(draw(rotation, random)).apply(view);
    }
    if (random.nextBoolean(contrast.probability())) {
      view = new Contrast(draw(contrast, random)).apply(view);
    }
    if (random.nextBoolean(brightness.probability())) {
      view = new Brightness(draw(brightness, random)).apply(view);
    }
    if (random.nextBoolean(sharpness.probability())) {
      view = new Sharpness(draw(sharpness, random)).apply(view);
    }
    if (random.nextBoolean(flip)) {
      view = Flip.HORIZONTAL.apply(view);
    }
    return randomCrop ? Sizes.randomCrop(view, size, random) : Sizes.centreCrop(view, size);
  }

  private static double draw(Draw draw, RandomStream random) {
    return random.nextDouble(draw.min(), draw.max());
  }
}
