package org.mococxr.bench.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Sends one request again and again. */
final class Load {
  private final BooleanSupplier request;

  /**
   * @param request false when it was refused for too much work
   */
  Load(BooleanSupplier request) {
    this.request = request;
  }

  /**
   * What came of it.
   *
   * @param perSecond answers
   * @param nanos of each answer
   * @param refused requests
   */
  record Result(double perSecond, double[] nanos, int refused) {}

  /** Some clients, each of which sends its next request when it has the last one's answer. */
  Result closed(int clients, double seconds) {
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * 1e9);
    return run(clients, begin, () -> System.nanoTime() < end ? System.nanoTime() : -1);
  }

  /** Requests at a fixed rate, each timed from when it was due. */
  Result open(double perSecond, double seconds) {
    long begin = System.nanoTime();
    AtomicInteger next = new AtomicInteger();
    int all = (int) Math.ceil(perSecond * seconds);
    return run(
        64,
        begin,
        () -> {
          int mine = next.getAndIncrement();
          long due = begin + (long) (mine / perSecond * 1e9);
          while (mine < all && System.nanoTime() < due) {
            LockSupport.parkNanos(due - System.nanoTime());
          }
          return mine < all ? due : -1;
        });
  }

  /** When the next request is due; negative when there is none. */
  @FunctionalInterface
  private interface Due {
    long next();
  }

  private Result run(int clients, long begin, Due due) {
    List<Double> nanos = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger refused = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (long from = due.next(); from >= 0; from = due.next()) {
                      if (request.getAsBoolean()) {
                        nanos.add((double) (System.nanoTime() - from));
                      } else {
                        refused.incrementAndGet();
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    double[] all = nanos.stream().mapToDouble(Double::doubleValue).toArray();
    return new Result(all.length / ((System.nanoTime() - begin) / 1e9), all, refused.get());
  }
}
