package org.mococxr.bench.learning;

import ai.djl.Device;
import java.util.List;
import java.util.stream.IntStream;
import org.mococxr.bench.imaging.MadeUpPictures;
import org.mococxr.bench.imaging.TemporaryFolder;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.PictureLoader;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.moco.MocoState;
import org.mococxr.learning.moco.StepObserver;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.pretraining.Views;
import org.mococxr.specs.training.PretrainingOptions;
import org.mococxr.specs.training.ViewOptions;

/**
 * Batches as a real run gets them: made-up pictures of CheXpert's size in a pixel cache, the {@code
 * chexpert} augmentation, made by the loader's threads while the engine computes.
 */
final class MadeUpViews implements AutoCloseable {
  private static final int PICTURES = 64;

  /** Of each view: CheXpert's normalisation treats the three alike. */
  static final int PLANES = 1;

  private final TemporaryFolder folder = new TemporaryFolder("mococxr-benchmark");
  private final PixelCache cache;
  private final Views views;
  private final Views.Epoch batches;

  /**
   * Makes the cache and starts the loader.
   *
   * @param size side of a view in pixels
   * @param count batches that there will be
   */
  MadeUpViews(int size, int batch, int count) {
    this(size, batch, count, PretrainingOptions.Augmentation.CHEXPERT, Device.cpu());
  }

  /** As above, with another augmentation, for another device. */
  MadeUpViews(
      int size, int batch, int count, PretrainingOptions.Augmentation augmentation, Device device) {
    cache =
        PixelCache.open(
            folder.path().resolve("cache"),
            MadeUpPictures.write(folder.path(), PICTURES),
            Geometry.shorterSide(size),
            Progress.SILENT);
    views =
        new Views(
            cache,
            Augmentations.of(augmentation, size, ViewOptions.DEFAULT),
            new PictureLoader(
                Normalisation.CHEXPERT, List.of(device), PictureLoader.defaultThreads()),
            (sample, random) -> sample,
            size,
            1);
    // One long epoch: real ones have thousands of steps, so that their first batch does not count.
    RandomStream random = RandomStream.of(1, "benchmark order");
    int[] order = IntStream.range(0, batch * count).map(i -> random.nextInt(PICTURES)).toArray();
    batches = views.epoch(0, order, batch, 0);
  }

  /** What learns from them: Adam at a weight decay of 1e-4 on one device. */
  static Moco moco(
      Network network, MocoOptions options, MocoState start, Device device, Compute compute) {
    OptimizerSpec adam = OptimizerSpec.Adam.of(1e-4);
    return new Moco(network, options, adam, start, List.of(device), compute, 1, StepObserver.NONE);
  }

  /** As above, from random weights. */
  static Moco moco(Network network, MocoOptions options, Device device, Compute compute) {
    MocoState start = Moco.start(Initialisation.random(network, 1));
    return moco(network, options, start, device, compute);
  }

  /** The next batch; waits for it if it is not made yet. */
  Views.Pair next() {
    return batches.next();
  }

  @Override
  public void close() {
    batches.close();
    views.close();
    cache.close();
    folder.close();
  }
}
