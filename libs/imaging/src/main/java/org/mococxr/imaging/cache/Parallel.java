package org.mococxr.imaging.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.mococxr.foundation.Progress;

/** The same small job for each of many pictures, on all processors, with progress. */
final class Parallel {
  private static final long REPORT_NANOS = 200_000_000L;

  private Parallel() {}

  /**
   * Calls the job with 0 … count − 1, in no order. The first exception ends the work and is thrown
   * again; an interrupt of the caller ends it too.
   */
  static void forEach(int count, String stage, Progress progress, IntConsumer job) {
    int threads = Math.max(1, Math.min(count, Runtime.getRuntime().availableProcessors()));
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    Reporter reporter = new Reporter(stage, count, progress);
    ExecutorService workers = Executors.newFixedThreadPool(threads, Parallel::daemon);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        running.add(
            workers.submit(
                () -> {
                  try {
                    for (int i = next.getAndIncrement();
                        i < count && !stop.get();
                        i = next.getAndIncrement()) {
                      job.accept(i);
                      reporter.report(done.incrementAndGet());
                    }
                  } catch (RuntimeException | Error e) {
                    stop.set(true);
                    throw e;
                  }
                }));
      }
      for (Future<?> worker : running) {
        worker.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + stage, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("failed while " + stage, e.getCause());
    } finally {
      stop.set(true);
      workers.close();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "pixel-cache");
    thread.setDaemon(true);
    return thread;
  }

  /** A line of progress at most five times a second, and always the last. */
  private static final class Reporter {
    private final String stage;
    private final int total;
    private final Progress progress;
    private final long start = System.nanoTime();
    private long last = start;

    Reporter(String stage, int total, Progress progress) {
      this.stage = stage;
      this.total = total;
      this.progress = progress;
    }

    synchronized void report(int done) {
      long now = System.nanoTime();
      if (done == total || now - last >= REPORT_NANOS) {
        last = now;
        double perSecond = done * 1e9 / Math.max(1, now - start);
        progress.update(stage, done, total, Map.of("images/s", perSecond));
      }
    }
  }
}
