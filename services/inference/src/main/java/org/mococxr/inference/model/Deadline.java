package org.mococxr.inference.model;

import java.time.Duration;

/**
 * When an answer is of no use any more.
 *
 * @param nanos on the clock of {@link System#nanoTime}
 */
public record Deadline(long nanos) {

  /** That long from now. */
  public static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** The earlier of this and that long from now. */
  public Deadline orIn(Duration time) {
    Deadline other = in(time);
    return other.nanos - nanos < 0 ? other : this;
  }

  /** Time left, in nanoseconds; negative when it has passed. */
  public long left() {
    return nanos - System.nanoTime();
  }

  /** Whether it has passed. */
  public boolean passed() {
    return left() <= 0;
  }
}
