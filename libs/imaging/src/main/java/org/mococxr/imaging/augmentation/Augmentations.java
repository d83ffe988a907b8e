package org.mococxr.imaging.augmentation;

import org.mococxr.imaging.transform.Clahe;
import org.mococxr.specs.training.ClaheOptions;
import org.mococxr.specs.training.FineTuneViews;
import org.mococxr.specs.training.PretrainingOptions;
import org.mococxr.specs.training.ViewOptions;

/**
 * The augmentations of the method. Each gives pictures of {@code size × size}, enlarges smaller
 * ones first, and is safe for use by many threads.
 */
public final class Augmentations {
  private Augmentations() {}

  /** The middle of a picture: what is looked at when nothing is random. */
  public static Augmentation centre(int size) {
    return (image, random) -> Sizes.centreCrop(image, size);
  }

  /** Pretraining's views. */
  public static Augmentation of(
      PretrainingOptions.Augmentation name, int size, ViewOptions options) {
    return equalised(
        options.clahe(),
        switch (name) {
          case NONE -> centre(size);
          case CHEXPERT -> new ChexpertAugmentation(size, options.flip(), options.degrees());
          case MOCO_V1 -> moco(size, options, 1.0, 0.0);
          case MOCO_V2 -> moco(size, options, options.jitter(), options.blur());
        });
  }

  /** Fine-tuning's views. */
  public static Augmentation of(FineTuneViews views, int size) {
    return equalised(views.clahe(), new FineTuneAugmentation(size, views));
  }

  private static Augmentation equalised(ClaheOptions clahe, Augmentation augmentation) {
    if (clahe == null) {
      return augmentation;
    }
    Clahe equalise = new Clahe(clahe.clip(), clahe.tiles());
    return (image, random) -> augmentation.apply(equalise.apply(image), random);
  }

  private static Augmentation moco(int size, ViewOptions given, double jitter, double blur) {
    return new MocoAugmentation(
        size,
        given.minScale(),
        given.brightness(),
        given.contrast(),
        jitter,
        blur,
        given.blurMin(),
        given.blurMax(),
        given.flip());
  }
}
