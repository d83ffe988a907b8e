package org.mococxr.datasets;

import java.util.Optional;

/** What is known of one finding in one image. */
public enum Label {
  /** Present: 1 in CheXpert's format. */
  POSITIVE("1.0"),
  /** Absent: 0. */
  NEGATIVE("0.0"),
  /** Mentioned, and left open: -1. */
  UNCERTAIN("-1.0"),
  /** Not mentioned, or not labelled: blank. */
  MISSING("");

  private final String text;

  Label(String text) {
    this.text = text;
  }

  /** As CheXpert writes it. */
  public String text() {
    return text;
  }

  /** Reads {@code 1}, {@code 1.0}, {@code 0}, {@code -1}, blank, {@code nan} and the like. */
  public static Optional<Label> parse(String text) {
    String trimmed = text.strip();
    return switch (trimmed) {
      case "1.0", "1", "1.00" -> Optional.of(POSITIVE);
      case "0.0", "0", "0.00", "-0.0" -> Optional.of(NEGATIVE);
      case "-1.0", "-1", "-1.00" -> Optional.of(UNCERTAIN);
      case "" -> Optional.of(MISSING);
      default ->
          trimmed.equalsIgnoreCase("nan") || trimmed.equalsIgnoreCase("na")
              ? Optional.of(MISSING)
              : Optional.empty();
    };
  }
}
