package org.mococxr.orchestrator.experiment;

import java.time.Duration;
import org.mococxr.foundation.RandomStream;

/**
 * How often the attempts at a run may end for one cause, and the pauses between: each is twice the
 * one before, up to the longest, less a random part of at most a half, so that runs that failed
 * together do not come back together.
 *
 * @param attempts that may end so; with the last the run has failed
 * @param firstDelay before the second attempt
 * @param longestDelay before any
 */
public record Budget(int attempts, Duration firstDelay, Duration longestDelay) {

  /** Checks the ranges. */
  public Budget {
    if (attempts < 1 || firstDelay.isNegative() || longestDelay.compareTo(firstDelay) < 0) {
      throw new IllegalArgumentException(
          "a budget needs an attempt, and delays that grow: %d, %s, %s"
              .formatted(attempts, firstDelay, longestDelay));
    }
  }

  /**
   * The pause before the next attempt.
   *
   * @param ended attempts in a row that have ended so, from 1
   * @param key of the attempt: the same attempt has the same pause
   */
  Duration delay(int ended, String key) {
    long longest = longestDelay.toMillis();
    long pause = firstDelay.toMillis();
    for (int i = 1; i < ended; i++) {
      pause = Math.min(2 * pause, longest);
    }
    double part = 1 - RandomStream.of(0, "back-off", key).nextDouble() / 2;
    return Duration.ofMillis(Math.round(pause * part));
  }
}
