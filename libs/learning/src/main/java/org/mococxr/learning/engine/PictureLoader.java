package org.mococxr.learning.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Normalisation;

/**
 * Makes batches of pictures ahead of those who compute with them, and sends them to the devices as
 * soon as they are made. All threads work on the pictures of one batch, then on those of the next:
 * which thread makes a picture, and when, changes nothing in it. Buffers are reused, so that memory
 * does not grow with the number of batches.
 */
public final class PictureLoader implements AutoCloseable {
  /** What a batch is made of; called by many threads at once. */
  public interface Source {

    /** Picture i of a batch, of the series' size. */
    GreyImage picture(int batch, int i);
  }

  private static final int BATCH_ON_GPU = 256;

  private final int threads;
  private final ExecutorService workers;
  private final List<NDManager> managers = new ArrayList<>();
  private final Map<Device, NDArray> tables = new HashMap<>();
  private final boolean locked;
  private final ConcurrentLinkedQueue<HostBuffer> free = new ConcurrentLinkedQueue<>();

  /**
   * Starts the threads.
   *
   * @param devices that get every batch; one may stand more than once
   * @param threads that make pictures, at least 1
   */
  public PictureLoader(Normalisation normalisation, List<Device> devices, int threads) {
    this.threads = threads;
    this.workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("pictures-", 0).daemon().factory());
    Planes planes = new Planes(normalisation);
    for (Device device : devices.stream().distinct().toList()) {
      NDManager manager = Torch.newManager(device);
      managers.add(manager);
      tables.put(device, planes.table(manager));
    }
    this.locked = devices.stream().anyMatch(Device::isGpu);
  }

  /** All cores but two, which are left to the engine: one computes, one gives it work. */
  public static int defaultThreads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() - 2);
  }

  /**
   * Pictures at a time where nothing is learnt: a batch costs a GPU about the same for one picture
   * and for many.
   *
   * @param onProcessor at a time on the CPU, where the bits depend on it
   */
  public static int batchOn(Device device, int onProcessor) {
    return device.isGpu() ? Math.max(onProcessor, BATCH_ON_GPU) : onProcessor;
  }

  /**
   * Starts making a series of batches.
   *
   * @param batches how many
   * @param counts pictures in each, 0 … batches − 1
   * @param height of every picture
   * @param width of every picture
   */
  public Series series(int batches, IntUnaryOperator counts, int height, int width, Source source) {
    return new Series(batches, counts, height, width, source);
  }

  /**
   * Starts making a series of pictures in batches of the same size; the last one has what is left.
   *
   * @param n pictures in all
   * @param most pictures in a batch
   * @param pictures picture 0 … n − 1; called by several threads
   */
  public Series series(int n, int most, int height, int width, IntFunction<GreyImage> pictures) {
    return series(
        Math.ceilDiv(n, most),
        b -> Math.min(most, n - b * most),
        height,
        width,
        (b, i) -> pictures.apply(b * most + i));
  }

  /** Batches in their order. */
  public final class Series implements AutoCloseable {
    private final int batches;
    private final IntUnaryOperator counts;
    private final int height;
    private final int width;
    private final Source source;
    private final Deque<Making> ahead = new ArrayDeque<>();
    private int submitted;

    private Series(int batches, IntUnaryOperator counts, int height, int width, Source source) {
      this.batches = batches;
      this.counts = counts;
      this.height = height;
      this.width = width;
      this.source = source;
      if (batches > 0) {
        int depth = ahead(counts.applyAsInt(0));
        // One more is being computed with.
        HostMemory.require(counts.applyAsInt(0), height, width, depth + 1);
        for (int i = 0; i < depth; i++) {
          submit();
        }
      }
    }

    private void submit() {
      if (submitted < batches) {
        ahead.add(new Making(submitted++));
      }
    }

    /** The next batch; waits for it if it is not made yet. The caller closes it. */
    public Pixels next() {
      try {
        Pixels made = ahead.element().made.get();
        ahead.remove();
        submit();
        return made;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting for pictures");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException(e.getCause());
      }
    }

    /** Gives up what has not been asked for. */
    @Override
    public void close() {
      ahead.forEach(Making::stop);
      ahead.forEach(Making::discard);
      ahead.clear();
    }

    /** One batch while its pictures are made. */
    private final class Making {
      private final int batch;
      private final int count;
      private final HostBuffer buffer;
      private final AtomicInteger next = new AtomicInteger();
      private final AtomicInteger done = new AtomicInteger();
      private final CompletableFuture<Pixels> made = new CompletableFuture<>();
      private final List<Future<?>> parts = new ArrayList<>();

      Making(int batch) {
        this.batch = batch;
        this.count = counts.applyAsInt(batch);
        this.buffer = take(Math.multiplyExact(count, Math.multiplyExact(height, width)));
        for (int i = 0; i < Math.min(threads, count); i++) {
          parts.add(workers.submit(this::work));
        }
      }

      private void work() {
        try {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            write(source.picture(batch, i), i);
            if (done.incrementAndGet() == count) {
              made.complete(
                  new Pixels(buffer, count, height, width, tables, () -> free.add(buffer)));
            }
          }
        } catch (RuntimeException | Error e) {
          stop();
          made.completeExceptionally(e);
        }
      }

      private void write(GreyImage picture, int i) {
        if (picture.height() != height || picture.width() != width) {
          throw new IllegalArgumentException(
              "%s among pictures of %d×%d".formatted(picture, width, height));
        }
        ByteBuffer bytes = buffer.bytes();
        bytes.put(i * height * width, picture.pixels());
      }

      private void stop() {
        next.set(Integer.MAX_VALUE / 2);
      }

      /** After the last thread has let go of the buffer. */
      private void discard() {
        for (Future<?> part : parts) {
          try {
            part.get();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return; // A buffer that a thread may still write to is not used again.
          } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
          }
        }
        if (made.isDone() && !made.isCompletedExceptionally()) {
          made.join().close();
        } else {
          free.add(buffer);
        }
      }
    }
  }

  /**
   * How many batches are made ahead: enough that no thread is without a picture while one batch is
   * sent and another is waited for.
   */
  private int ahead(int count) {
    return 3 + threads / count;
  }

  private HostBuffer take(int length) {
    for (HostBuffer buffer = free.poll(); buffer != null; buffer = free.poll()) {
      if (buffer.length() >= length) {
        return buffer;
      }
      buffer.close();
    }
    return new HostBuffer(length, locked);
  }

  @Override
  public void close() {
    workers.close();
    free.forEach(HostBuffer::close);
    free.clear();
    managers.forEach(NDManager::close);
  }
}
