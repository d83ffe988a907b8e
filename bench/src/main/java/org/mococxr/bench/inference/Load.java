package org.mococxr.bench.inference;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Sends one request again and again. */
final class Load {
  /** Requests that are under way at once in an open loop; more wait for their turn. */
  private static final int MOST = 64;

  private final Opening clients;

  /** Opens as many clients as there are requests under way at once, and closes them. */
  Load(Opening clients) {
    this.clients = clients;
  }

  /** Who sends a request, and waits for the answer before the next one. */
  @FunctionalInterface
  interface Client extends AutoCloseable {
    /** False when the request was refused for too much work. */
    boolean request() throws IOException;

    @Override
    default void close() throws IOException {}
  }

  /** Opens a client. */
  @FunctionalInterface
  interface Opening {
    Client open() throws IOException;
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
        MOST,
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

  private Result run(int threads, long begin, Due due) {
    List<Double> nanos = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger refused = new AtomicInteger();
    AtomicReference<Exception> failure = new AtomicReference<>();
    ConcurrentLinkedDeque<Client> idle = new ConcurrentLinkedDeque<>();
    Runnable work =
        () -> {
          try {
            for (long from = due.next(); from >= 0; from = due.next()) {
              Client client = idle.poll();
              client = client == null ? clients.open() : client;
              if (client.request()) {
                nanos.add((double) (System.nanoTime() - from));
              } else {
                refused.incrementAndGet();
              }
              idle.push(client);
            }
          } catch (IOException | RuntimeException e) {
            failure.set(e);
          }
        };
    List<Thread> started = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      started.add(Thread.ofPlatform().start(work));
    }
    try {
      for (Thread thread : started) {
        thread.join();
      }
      double took = (System.nanoTime() - begin) / 1e9;
      for (Client client : idle) {
        client.close();
      }
      if (failure.get() != null) {
        throw new IllegalStateException("a request failed", failure.get());
      }
      double[] all = nanos.stream().mapToDouble(Double::doubleValue).toArray();
      return new Result(all.length / took, all, refused.get());
    } catch (InterruptedException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
