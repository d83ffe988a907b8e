package org.mococxr.inference.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;

/** Clients that ask without a pause, or at a rate, and remember every answer. */
public final class SteadyLoad implements AutoCloseable {
  private final URI address;
  private final IntFunction<Request> requests;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile boolean stopped;
  private volatile double perClient;

  /**
   * @param requests the request of each number, from 0 on
   */
  public SteadyLoad(URI address, int clients, IntFunction<Request> requests) {
    this.address = address;
    this.requests = requests;
    for (int i = 0; i < clients; i++) {
      int number = i;
      threads.add(Thread.ofPlatform().daemon().unstarted(() -> run(number)));
    }
  }

  /** What is sent, and how its answer is read. */
  public record Request(String path, byte[] body, Reader reader) {}

  /** Reads an answer of status 200. */
  @FunctionalInterface
  public interface Reader {
    Seen read(int client, byte[] answer) throws IOException;
  }

  /** What a client was answered. */
  public record Seen(int client, String version, double probability) {}

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
    int before = sent.get();
    Thread.sleep(time);
    return (sent.get() - before) / (time.toMillis() / 1000.0);
  }

  /** Goes on until that version answers, and ends; all answers, each client's in their order. */
  public List<Seen> stop(String version) throws InterruptedException {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> failure.get() != null || last().equals(version));
    close();
    if (failure.get() != null) {
      throw new AssertionError("a request failed", failure.get());
    }
    return List.copyOf(seen);
  }

  private String last() {
    synchronized (seen) {
      return seen.isEmpty() ? "" : seen.getLast().version();
    }
  }

  private void run(int number) {
    try {
      while (!stopped && failure.get() == null) {
        long begin = System.nanoTime();
        ask(number);
        if (perClient > 0) {
          LockSupport.parkNanos((long) (1e9 / perClient) - (System.nanoTime() - begin));
        }
      }
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  private void ask(int number) throws IOException, InterruptedException {
    Request request = requests.apply(sent.getAndIncrement());
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(address.resolve(request.path()))
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException(
          answer.statusCode() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
    }
    Seen one = request.reader().read(number, answer.body());
    synchronized (seen) {
      seen.add(one);
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(Duration.ofSeconds(35));
    }
  }
}
