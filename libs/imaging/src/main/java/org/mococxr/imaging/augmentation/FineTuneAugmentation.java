package org.mococxr.imaging.augmentation;

import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Brightness;
import org.mococxr.imaging.transform.Contrast;
import org.mococxr.imaging.transform.Flip;
import org.mococxr.imaging.transform.Rotate;
import org.mococxr.imaging.transform.Sharpness;
import org.mococxr.specs.training.FineTuneViews;

/**
 * Fine-tuning's views: each of rotation, contrast, brightness and sharpness with its own range and
 * probability, a flip, and a crop that is random in training.
 *
 * @param size pixels of the view's sides
 * @param views what is done; a draw that is null is left out
 */
record FineTuneAugmentation(int size, FineTuneViews views) implements Augmentation {

  @Override
  public GreyImage apply(GreyImage image, RandomStream random) {
    GreyImage view = image;
    if (wanted(views.rotation(), random)) {
      view = new Rotate(draw(views.rotation(), random)).apply(view);
    }
    if (wanted(views.contrast(), random)) {
      view = new Contrast(draw(views.contrast(), random)).apply(view);
    }
    if (wanted(views.brightness(), random)) {
      view = new Brightness(draw(views.brightness(), random)).apply(view);
    }
    if (wanted(views.sharpness(), random)) {
      view = new Sharpness(draw(views.sharpness(), random)).apply(view);
    }
    if (random.nextBoolean(views.flip())) {
      view = Flip.HORIZONTAL.apply(view);
    }
    return views.crop() == FineTuneViews.Crop.RANDOM
        ? Sizes.randomCrop(view, size, random)
        : Sizes.centreCrop(view, size);
  }

  /** Asks the stream even where nothing is to be done: what follows must not depend on it. */
  private static boolean wanted(FineTuneViews.Draw draw, RandomStream random) {
    return random.nextBoolean(draw == null ? 0 : draw.probability());
  }

  private static double draw(FineTuneViews.Draw draw, RandomStream random) {
    return random.nextDouble(draw.min(), draw.max());
  }
}
