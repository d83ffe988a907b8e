package org.mococxr.learning.pretraining;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntUnaryOperator;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.augmentation.Augmentation;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.learning.engine.Planes;
import org.mococxr.learning.moco.Batch;

/**
 * Makes the two views of each sample ahead of the step that needs them. A view depends on (seed,
 * epoch, sample, view) alone, whoever makes it and when.
 */
public final class Views implements AutoCloseable {
  private static final int AHEAD = 3;

  /** Two views of the same samples, in the same order. */
  public record Pair(Batch queries, Batch keys) {}

  /** Which picture a sample's second view is made of. */
  public interface Partner {
    int of(int sample, RandomStream random);
  }

  private final PixelCache cache;
  private final Augmentation augmentation;
  private final Planes planes;
  private final Partner partner;
  private final int size;
  private final long seed;
  private final ExecutorService loaders;
  private final Deque<Future<Pair>> ahead = new ArrayDeque<>();

  /**
   * Starts the threads that will make views.
   *
   * @param size side of a view in pixels
   * @param threads that make them, each a batch at a time
   */
  public Views(
      PixelCache cache,
      Augmentation augmentation,
      Planes planes,
      Partner partner,
      int size,
      long seed,
      int threads) {
    this.cache = cache;
    this.augmentation = augmentation;
    this.planes = planes;
    this.partner = partner;
    this.size = size;
    this.seed = seed;
    this.loaders =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("views-", 0).daemon().factory());
  }

  /** All cores but one, which is left to the engine. */
  public static int defaultThreads() {
    return Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 1, 8);
  }

  /** One epoch's batches, from one of them on. */
  public final class Epoch implements AutoCloseable {
    private final int epoch;
    private final int[] order;
    private final int batch;
    private int submitted;

    private Epoch(int epoch, int[] order, int batch, int first) {
      this.epoch = epoch;
      this.order = order;
      this.batch = batch;
      this.submitted = first;
      for (int i = 0; i < AHEAD; i++) {
        submit();
      }
    }

    private void submit() {
      if ((submitted + 1) * batch <= order.length) {
        int from = submitted++ * batch;
        ahead.add(loaders.submit(() -> make(epoch, order, from, batch)));
      }
    }

    /** The next batch; waits for it if it is not made yet. */
    public Pair next() {
      try {
        Pair pair = ahead.remove().get();
        submit();
        return pair;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting for views");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException(e.getCause());
      }
    }

    @Override
    public void close() {
      ahead.forEach(f -> f.cancel(true));
      ahead.clear();
    }
  }

  /**
   * Starts making an epoch's batches.
   *
   * @param order of the samples; what is left over after the last whole batch is not used
   * @param first batch to make, from 0
   */
  public Epoch epoch(int epoch, int[] order, int batch, int first) {
    return new Epoch(epoch, order, batch, first);
  }

  private Pair make(int epoch, int[] order, int from, int batch) {
    return new Pair(
        view(epoch, order, from, batch, 0, sample -> sample),
        view(
            epoch,
            order,
            from,
            batch,
            1,
            sample -> partner.of(sample, RandomStream.of(seed, "partner", epoch, sample))));
  }

  private Batch view(
      int epoch, int[] order, int from, int batch, int view, IntUnaryOperator picture) {
    int length = planes.length(size * size);
    float[] values = new float[batch * length];
    for (int i = 0; i < batch; i++) {
      int sample = order[from + i];
      RandomStream random = RandomStream.of(seed, "view", epoch, sample, view);
      GreyImage made = augmentation.apply(cache.image(picture.applyAsInt(sample)), random);
      planes.write(made, values, i * length);
    }
    return new Batch(values, batch, planes.count(), size, size);
  }

  @Override
  public void close() {
    loaders.shutdownNow();
  }
}
