package org.mococxr.local.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

/** Waiting in tests for what other processes do. */
public final class Waiting {
  private Waiting() {}

  /** Returns once the condition holds, or fails saying what did not happen. */
  public static void until(String what, Duration bound, Callable<Boolean> condition)
      throws Exception {
    Instant deadline = Instant.now().plus(bound);
    while (!condition.call()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not within " + bound.toSeconds() + " s: " + what);
      }
      Thread.sleep(100);
    }
  }
}
