package org.mococxr.trainer.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.mococxr.foundation.Progress;

/**
 * Progress for a person: one line that is redrawn on a terminal, or a plain line every few seconds
 * where the output is a file or a pipe. Shows the stage, a bar, the figures and the time left.
 */
public final class ConsoleProgress implements Progress {
  private static final int BAR = 24;
  private static final String SECONDS_LEFT = "seconds left";

  private final PrintStream out;
  private final boolean terminal;
  private final long intervalNanos;
  private String stage = "";
  private long stageStart;
  private long lastShown;
  private int lastWidth;

  /** System property by which {@code bin/mococxr} says that standard error is a terminal. */
  public static final String TERMINAL_PROPERTY = "mococxr.terminal";

  /** To standard error, redrawn if a person watches. */
  public static ConsoleProgress onStandardError() {
    return new ConsoleProgress(System.err, Boolean.getBoolean(TERMINAL_PROPERTY));
  }

  ConsoleProgress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    this.intervalNanos = terminal ? 100_000_000L : 5_000_000_000L;
  }

  @Override
  public synchronized void update(
      String stage, long done, long total, Map<String, Double> figures) {
    long now = System.nanoTime();
    boolean newStage = !stage.equals(this.stage);
    if (newStage) {
      finishLine();
      this.stage = stage;
      stageStart = now;
    }
    boolean finished = total > 0 && done >= total;
    if (!newStage && !finished && now - lastShown < intervalNanos) {
      return;
    }
    lastShown = now;
    String line = line(stage, done, total, figures, Duration.ofNanos(now - stageStart));
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, lastWidth - line.length())));
      lastWidth = line.length();
      if (finished) {
        finishLine();
      }
      out.flush();
    } else {
      out.println(line);
    }
  }

  private void finishLine() {
    if (terminal && lastWidth > 0) {
      out.println();
      lastWidth = 0;
    }
  }

  static String line(
      String stage, long done, long total, Map<String, Double> figures, Duration elapsed) {
    StringBuilder line = new StringBuilder(stage);
    if (total > 0) {
      int filled = (int) Math.min(BAR, BAR * done / total);
      line.append(" [")
          .append("=".repeat(filled))
          .append(" ".repeat(BAR - filled))
          .append("] ")
          .append(done)
          .append('/')
          .append(total);
    } else if (done > 0) {
      line.append(' ').append(done);
    }
    figures.forEach(
        (name, value) -> {
          if (!name.equals(SECONDS_LEFT)) {
            line.append("  ").append(name).append(' ').append(figure(value));
          }
        });
    if (total > done && done > 0) {
      // A job that knows better says so: its count may have begun before this stage or process.
      long left =
          figures.containsKey(SECONDS_LEFT)
              ? Math.round(figures.get(SECONDS_LEFT))
              : elapsed.toSeconds() * (total - done) / done;
      line.append("  ").append(clock(left)).append(" left");
    }
    return line.toString();
  }

  private static String figure(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return Long.toString((long) value);
    }
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 0.01 ? "%.3f" : "%.2e", value);
  }

  private static String clock(long seconds) {
    return seconds >= 3600
        ? "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60)
        : "%d:%02d".formatted(seconds / 60, seconds % 60);
  }
}
