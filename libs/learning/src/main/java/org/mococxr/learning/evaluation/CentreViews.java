package org.mococxr.learning.evaluation;

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

/**
 * The pictures of a part as a network sees them in a test, from the pixel cache.
 *
 * @param pixels resized
 * @param centre cuts the view
 */
public record CentreViews(PixelCache pixels, Augmentation centre) implements AutoCloseable {
  private static final RandomStream UNUSED = RandomStream.of(0, "centre");

  /**
   * Opens the cache, which is filled with what it lacks.
   *
   * @param input what the network expects
   * @param cache folder of the pixel caches
   */
  public static CentreViews open(
      Dataset part, Encoder.Description input, Path cache, Progress progress) {
    List<Path> files = part.images().stream().map(part::file).toList();
    return new CentreViews(
        PixelCache.open(cache.resolve("pixels"), files, input.geometry(), progress),
        Augmentations.centre(input.imageSize()));
  }

  /** How many pictures there are. */
  public int size() {
    return pixels.size();
  }

  /** The view of a picture, by its place in the part. */
  public GreyImage image(int index) {
    return centre.apply(pixels.image(index), UNUSED);
  }

  @Override
  public void close() {
    pixels.close();
  }
}
