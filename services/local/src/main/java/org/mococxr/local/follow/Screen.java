package org.mococxr.local.follow;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;

/**
 * Lines that stay, and one line of progress below them that is redrawn on a terminal; where the
 * output is a file or a pipe the progress is a plain line when something new begins, and every now
 * and then.
 */
public final class Screen {
  /** Set by {@code bin/mococxr} if a person watches. */
  public static final String TERMINAL_PROPERTY = "mococxr.terminal";

  /** Set by {@code bin/mococxr} to the terminal's width. */
  public static final String COLUMNS_PROPERTY = "mococxr.columns";

  private static final Duration PLAIN_EVERY = Duration.ofSeconds(15);

  private final PrintWriter out;
  private final boolean terminal;
  private final int columns;
  private boolean drawn;
  private String activity = "";
  private Instant shown = Instant.MIN;

  /** What the start script has found out about the terminal. */
  public static Screen of(PrintWriter out) {
    return new Screen(
        out, Boolean.getBoolean(TERMINAL_PROPERTY), Integer.getInteger(COLUMNS_PROPERTY, 100));
  }

  Screen(PrintWriter out, boolean terminal, int columns) {
    this.out = out;
    this.terminal = terminal;
    this.columns = Math.max(40, columns);
  }

  /** A line that stays. */
  public synchronized void say(String line) {
    clear();
    out.println(line);
    out.flush();
  }

  /**
   * The line of progress.
   *
   * @param what names what goes on: when it changes, something new has begun
   */
  public synchronized void progress(String what, String line, Instant now) {
    if (terminal) {
      // One column is left free: a full line would wrap and could not be redrawn.
      String fitting = line.length() < columns ? line : line.substring(0, columns - 1);
      out.print("\r\u001b[K" + fitting);
      out.flush();
      drawn = true;
    } else if (!what.equals(activity) || Duration.between(shown, now).compareTo(PLAIN_EVERY) >= 0) {
      out.println(line);
      out.flush();
      activity = what;
      shown = now;
    }
  }

  private void clear() {
    if (drawn) {
      out.print("\r\u001b[K");
      drawn = false;
    }
  }
}
