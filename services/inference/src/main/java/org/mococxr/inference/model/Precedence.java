package org.mococxr.inference.model;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.mococxr.inference.config.InferenceConfig;

/**
 * Requests go before work that nobody waits for. The queue of a model only says which image is
 * computed next; all of them share the processors. Such work therefore begins its next piece when
 * no request is under way, and while there are requests it rests after each piece, so that it has
 * no more than its share of the time. Without requests it never waits. Safe for use by many
 * threads.
 */
@Singleton
public final class Precedence {
  private static final Duration RECENT = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final double share;
  private final long recent;
  private final long longest;
  private int requests;

  /** When the last request ended; nothing is recent before the first. */
  private long quietSince;

  /** With {@code config}'s share for batch jobs. */
  @Inject
  public Precedence(InferenceConfig config) {
    this(config.batches().share(), RECENT, LONGEST);
  }

  /**
   * @param share of the time that work has beside requests, greater than 0 and at most 1
   * @param recent for how long after a request more are expected
   * @param longest wait for a moment without requests, and rest: work goes on at any load
   */
  Precedence(double share, Duration recent, Duration longest) {
    this.share = share;
    this.recent = recent.toNanos();
    this.longest = longest.toNanos();
    this.quietSince = System.nanoTime() - this.recent;
  }

  /** A request that is under way until it is closed. */
  @FunctionalInterface
  public interface Request extends AutoCloseable {
    @Override
    void close();
  }

  /** A piece of work that nobody waits for. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it. */
    T run() throws InterruptedException;
  }

  /** Somebody waits for what is done from now on. */
  public synchronized Request request() {
    requests++;
    return this::end;
  }

  private synchronized void end() {
    requests--;
    quietSince = System.nanoTime();
    if (requests == 0) {
      notifyAll();
    }
  }

  /** Does a piece of work when requests leave room for it. */
  public <T> T behind(Work<T> work) throws InterruptedException {
    awaitGap();
    long begin = System.nanoTime();
    T done = work.run();
    rest(System.nanoTime() - begin);
    return done;
  }

  private synchronized void awaitGap() throws InterruptedException {
    long end = System.nanoTime() + longest;
    for (long left = longest; requests > 0 && left > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Ends early when requests do not come any more. */
  private synchronized void rest(long worked) throws InterruptedException {
    long pause = (long) Math.min(longest, worked * (1 / share - 1));
    long end = System.nanoTime() + pause;
    for (long left = pause; left > 0 && isBesideRequests(); left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, recent));
    }
  }

  private boolean isBesideRequests() {
    return requests > 0 || System.nanoTime() - quietSince < recent;
  }
}
