package org.mococxr.local.follow;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Numbers and progress as text for people. */
public final class Lines {
  private static final int BAR = 20;

  /** Figures that the dashboard and metrics.jsonl have, and one line has no room for. */
  private static final Set<String> TECHNICAL = Set.of("lr", "data wait %", "seconds left");

  private Lines() {}

  /** What is done, a bar, the figures and the time left. */
  static String of(
      String what, double share, Map<String, Double> figures, Optional<Duration> left) {
    int filled = (int) Math.floor(BAR * share);
    return what
        + "  ["
        + "=".repeat(filled)
        + " ".repeat(BAR - filled)
        + "] "
        + (int) Math.floor(100 * share)
        + " %"
        + left.map(time -> "  " + clock(time) + " left").orElse("")
        + figures(figures, 3);
  }

  /** The first figures that tell a person something, each after two blanks. */
  static String figures(Map<String, Double> figures, int most) {
    return figures.entrySet().stream()
        .filter(figure -> !TECHNICAL.contains(figure.getKey()))
        .limit(most)
        .map(figure -> "  " + figure.getKey() + " " + number(figure.getValue()))
        .collect(Collectors.joining());
  }

  /** Short: three digits that count. */
  public static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return Long.toString((long) value);
    }
    double size = Math.abs(value);
    String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 0.01 ? "%.3f" : "%.2e";
    return String.format(Locale.ROOT, format, value);
  }

  /** {@code 1:02:03} or {@code 2:03}. */
  public static String clock(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    return seconds >= 3600
        ? "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60)
        : "%d:%02d".formatted(seconds / 60, seconds % 60);
  }
}
