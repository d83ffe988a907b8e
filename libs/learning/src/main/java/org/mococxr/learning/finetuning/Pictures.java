package org.mococxr.learning.finetuning;

import java.nio.file.Path;
import java.util.List;
import org.mococxr.datasets.Dataset;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.augmentation.Augmentation;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.learning.features.Encoder;
import org.mococxr.specs.training.FineTuneViews;

/** The views of a part's images: augmented in training, the centre in evaluation. */
final class Pictures implements AutoCloseable {
  private final PixelCache cache;
  private final Augmentation training;
  private final Augmentation centre;
  private final int side;
  private final long seed;

  private Pictures(
      PixelCache cache, Augmentation training, Augmentation centre, int side, long seed) {
    this.cache = cache;
    this.side = side;
    this.training = training;
    this.centre = centre;
    this.seed = seed;
  }

  static Pictures open(
      Dataset part,
      Encoder.Description encoder,
      Path cacheFolder,
      FineTuneViews augmentation,
      long seed,
      Progress progress) {
    List<Path> files = part.images().stream().map(part::file).toList();
    int size = encoder.imageSize();
    return new Pictures(
        PixelCache.open(cacheFolder.resolve("pixels"), files, encoder.geometry(), progress),
        Augmentations.of(augmentation, size),
        Augmentations.centre(size),
        size,
        seed);
  }

  int size() {
    return cache.size();
  }

  /** Pixels of each side of a view. */
  int side() {
    return side;
  }

  /** The view of an image in an epoch: the same whoever asks, whenever. */
  GreyImage augmented(int epoch, int image) {
    return training.apply(
        cache.image(image), RandomStream.of(seed, "finetune augmentation", epoch, image, 0));
  }

  GreyImage centre(int image) {
    return centre.apply(cache.image(image), RandomStream.of(0, "centre"));
  }

  @Override
  public void close() {
    cache.close();
  }
}
