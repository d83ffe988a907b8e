package org.mococxr.specs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The log of a trainer that does several runs: what one of them says follows a heading of its own,
 * which comes again whenever another one has spoken in between.
 */
public final class BatchLog {
  private static final String HEADING = "==== run %s, attempt %d ====";

  private BatchLog() {}

  /** The line that what an attempt says follows. */
  public static String heading(String run, int attempt) {
    return HEADING.formatted(run, attempt);
  }

  /** What an attempt said, after its heading; empty if the log has no heading of it. */
  public static Optional<String> of(String log, String run, int attempt) {
    List<String> part = new ArrayList<>();
    boolean its = false;
    for (String line : log.lines().toList()) {
      if (line.startsWith("==== run ") && line.endsWith(" ====")) {
        its = line.equals(heading(run, attempt));
        if (its && !part.isEmpty()) {
          continue;
        }
      }
      if (its) {
        part.add(line);
      }
    }
    return part.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", part) + "\n");
  }
}
