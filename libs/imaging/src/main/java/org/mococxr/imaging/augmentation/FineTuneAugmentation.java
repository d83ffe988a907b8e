package org.mococxr.imaging.augmentation;

import java.util.function.DoubleFunction;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Brightness;
import org.mococxr.imaging.transform.Contrast;
import org.mococxr.imaging.transform.Flip;
import org.mococxr.imaging.transform.Rotate;
import org.mococxr.imaging.transform.Sharpness;
import org.mococxr.imaging.transform.Transform;
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
    view = drawn(view, views.rotation(), Rotate::new, random);
    view = drawn(view, views.contrast(), Contrast::new, random);
    view = drawn(view, views.brightness(), Brightness::new, random);
    view = drawn(view, views.sharpness(), Sharpness::new, random);
    if (random.nextBoolean(views.flip())) {
      view = Flip.HORIZONTAL.apply(view);
    }
    return views.crop() == FineTuneViews.Crop.RANDOM
        ? Sizes.randomCrop(view, size, random)
        : Sizes.centreCrop(view, size);
  }

  /** Asks the stream even where nothing is to be done: what follows must not depend on it. */
  private static GreyImage drawn(
      GreyImage view,
      FineTuneViews.Draw draw,
      DoubleFunction<Transform> made,
      RandomStream random) {
    return random.nextBoolean(draw == null ? 0 : draw.probability())
        ? made.apply(random.nextDouble(draw.min(), draw.max())).apply(view)
        : view;
  }
}
