package org.mococxr.orchestrator.rest;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.mococxr.foundation.UserErrorException;

/** The end of a text. */
final class LastLines {
  private static final int MOST = 10_000;

  private LastLines() {}

  /**
   * The last lines of a text, which is closed.
   *
   * @param lines from 1 to 10,000
   */
  static InputStream of(InputStream text, int lines) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))) {
      if (lines < 1 || lines > MOST) {
        throw new UserErrorException("last", "found " + lines, "expected 1 to " + MOST);
      }
      Deque<String> end = new ArrayDeque<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (end.size() == lines) {
          end.removeFirst();
        }
        end.addLast(line);
      }
      String joined = end.isEmpty() ? "" : String.join("\n", end) + "\n";
      return new ByteArrayInputStream(joined.getBytes(StandardCharsets.UTF_8));
    }
  }
}
