package org.mococxr.inference.testing;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;
import org.mococxr.testkit.HttpConnection;

/** Clients that ask without a pause, or at a rate, and have every answer checked. */
public final class SteadyLoad implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final URI address;
  private final IntFunction<Request> requests;
  private final List<Thread> threads = new ArrayList<>();
  private final Check check;
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;
  private volatile double perClient;
  private volatile String newest = "";

  /**
   * @param requests the request of each number, from 0 on
   */
  public SteadyLoad(URI address, int clients, IntFunction<Request> requests, Check check) {
    this.address = address;
    this.requests = requests;
    this.check = check;
    for (int i = 0; i < clients; i++) {
      threads.add(Thread.ofPlatform().daemon().unstarted(this::run));
    }
  }

  /** What is sent, and how its answer is read. */
  public record Request(String path, byte[] body, Reader reader) {}

  /** Reads an answer of status 200. */
  @FunctionalInterface
  public interface Reader {
    Seen read(byte[] answer) throws IOException;
  }

  /** What a client was answered. */
  public record Seen(String version, double probability) {}

  /** Throws an error if an answer is wrong. */
  @FunctionalInterface
  public interface Check {
    /**
     * @param before what the same client was answered before; null for its first answer
     */
    void check(Seen before, Seen now);
  }

  /** Begins, at a rate as of {@link #rate}. */
  public void start(double perSecond) {
    rate(perSecond);
    threads.forEach(Thread::start);
  }

  /**
   * Changes the rate.
   *
   * @param perSecond requests of all clients; 0 for no pause
   */
  public void rate(double perSecond) {
    perClient = perSecond / threads.size();
  }

  /** Answers a second during the time from now on. */
  public double perSecond(Duration time) throws InterruptedException {
    int before = answered.get();
    Thread.sleep(time);
    return (answered.get() - before) / (time.toMillis() / 1000.0);
  }

  /** Goes on until that version answers, and ends; the number of answers. */
  public int stop(String version) throws InterruptedException {
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> failure.get() != null || newest.equals(version));
    close();
    requireUnbroken();
    return answered.get();
  }

  /** Fails if a request has failed. */
  public void requireUnbroken() {
    if (failure.get() != null) {
      throw new AssertionError("a request failed", failure.get());
    }
  }

  private void run() {
    try (HttpConnection connection = new HttpConnection(address, PATIENCE)) {
      Seen last = null;
      while (!stopped && failure.get() == null) {
        long begin = System.nanoTime();
        Seen now = ask(connection);
        check.check(last, now);
        last = now;
        newest = now.version();
        answered.incrementAndGet();
        if (perClient > 0) {
          LockSupport.parkNanos((long) (1e9 / perClient) - (System.nanoTime() - begin));
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  private Seen ask(HttpConnection connection) throws IOException {
    Request request = requests.apply(sent.getAndIncrement());
    HttpConnection.Answer answer =
        connection.exchange(
            HttpConnection.post(address.resolve(request.path()), Map.of(), request.body()));
    if (answer.status() != 200) {
      throw new IOException(answer.toString());
    }
    return request.reader().read(answer.body());
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(Duration.ofSeconds(125));
    }
  }
}
