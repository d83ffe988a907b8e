package org.mococxr.artifacts;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Repeats what a store failed to do: at once a little later, then after pauses that double up to
 * ten seconds, until it succeeds or the patience is spent. Each pause is shortened by chance, by up
 * to half, so that many pods do not return in step. What another try cannot change is not repeated:
 * an object that is not there, and a refusal.
 */
public final class Retry {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Duration patience;
  private final Duration firstPause;
  private final LongSupplier clock;
  private final Sleep sleep;

  /**
   * @param patience how long after the first failure another try may begin
   * @param firstPause before the second try
   */
  public Retry(Duration patience, Duration firstPause) {
    this(patience, firstPause, System::nanoTime, Thread::sleep);
  }

  /**
   * With a time of its own.
   *
   * @param clock nanoseconds
   * @param sleep lets them pass
   */
  Retry(Duration patience, Duration firstPause, LongSupplier clock, Sleep sleep) {
    this.patience = patience;
    this.firstPause = firstPause;
    this.clock = clock;
    this.sleep = sleep;
  }

  /** How time passes. */
  @FunctionalInterface
  interface Sleep {
    void pass(Duration time) throws InterruptedException;
  }

  /** For a minute. */
  public static Retry forAMinute() {
    return new Retry(Duration.ofMinutes(1), FIRST_PAUSE);
  }

  /** What is tried; harmless to repeat. */
  @FunctionalInterface
  public interface Action<T> {
    /** Does it once. */
    T run() throws IOException;
  }

  /**
   * Does it, repeatedly if need be.
   *
   * @param uri what it is about, for the message
   * @throws StoreUnavailableException if it still fails when the patience is spent
   * @throws NoSuchFileException if there is no such object
   * @throws AccessDeniedException if the store refuses it
   */
  public <T> T run(URI uri, Action<T> action) throws IOException {
    long start = 0;
    Duration pause = firstPause;
    for (int failures = 0; ; failures++) {
      try {
        return action.run();
      } catch (NoSuchFileException | AccessDeniedException | StoreUnavailableException e) {
        throw e;
      } catch (IOException e) {
        long now = clock.getAsLong();
        start = failures == 0 ? now : start;
        if (now - start + pause.toNanos() > patience.toNanos()) {
          throw new StoreUnavailableException(uri, e);
        }
        rest(pause);
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      }
    }
  }

  private void rest(Duration pause) throws InterruptedIOException {
    try {
      long most = pause.toNanos();
      sleep.pass(Duration.ofNanos(ThreadLocalRandom.current().nextLong(most / 2, most + 1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the artefact store");
    }
  }
}
