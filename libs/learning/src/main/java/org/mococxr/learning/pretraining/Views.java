package org.mococxr.learning.pretraining;

import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.augmentation.Augmentation;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.PictureLoader;
import org.mococxr.learning.engine.Pixels;

/**
 * Makes the two views of each sample ahead of the step that needs them. A view depends on (seed,
 * epoch, sample, view) alone, whoever makes it and when.
 */
public final class Views implements AutoCloseable {

  /**
   * Two views of the same samples, in the same order; closed when the step has ended.
   *
   * @param both the queries, then the keys
   */
  public record Pair(Pixels both) implements AutoCloseable {

    /** The first view of each sample. */
    public ImageBatch queries() {
      return both.part(0, both.n() / 2);
    }

    /** The second view of each sample. */
    public ImageBatch keys() {
      return both.part(both.n() / 2, both.n());
    }

    @Override
    public void close() {
      both.close();
    }
  }

  /** Which picture a sample's second view is made of. */
  public interface Partner {
    int of(int sample, RandomStream random);
  }

  private final PixelCache cache;
  private final Augmentation augmentation;
  private final PictureLoader loader;
  private final Partner partner;
  private final int size;
  private final long seed;

  /**
   * For one run.
   *
   * @param loader makes the views; closed with these
   * @param size side of a view in pixels
   */
  public Views(
      PixelCache cache,
      Augmentation augmentation,
      PictureLoader loader,
      Partner partner,
      int size,
      long seed) {
    this.cache = cache;
    this.augmentation = augmentation;
    this.loader = loader;
    this.partner = partner;
    this.size = size;
    this.seed = seed;
  }

  /** One epoch's batches, from one of them on. */
  public record Epoch(PictureLoader.Series series) implements AutoCloseable {

    /** The next batch; waits for it if it is not made yet. */
    public Pair next() {
      return new Pair(series.next());
    }

    @Override
    public void close() {
      series.close();
    }
  }

  /**
   * Starts making an epoch's batches.
   *
   * @param order of the samples; what is left over after the last whole batch is not used
   * @param first batch to make, from 0
   */
  public Epoch epoch(int epoch, int[] order, int batch, int first) {
    return new Epoch(
        loader.series(
            order.length / batch - first,
            b -> 2 * batch,
            size,
            size,
            (b, i) -> view(epoch, order[(first + b) * batch + i % batch], i / batch)));
  }

  private GreyImage view(int epoch, int sample, int view) {
    int picture =
        view == 0 ? sample : partner.of(sample, RandomStream.of(seed, "partner", epoch, sample));
    return augmentation.apply(
        cache.image(picture), RandomStream.of(seed, "view", epoch, sample, view));
  }

  @Override
  public void close() {
    loader.close();
  }
}
