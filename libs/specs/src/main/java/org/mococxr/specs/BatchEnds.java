package org.mococxr.specs;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the runs of one trainer have ended so far, each by its place among them: a line with the
 * place, the exit code, and why it is not done. Kubernetes takes it as the message of a container
 * that has ended, which has 4096 bytes.
 */
public final class BatchEnds {
  private static final int MOST_BYTES = 4096;
  private static final int MOST_OF_A_REASON = 300;

  private BatchEnds() {}

  /**
   * How a run has ended.
   *
   * @param exitCode of {@link ExitCodes}, or what its process ended with
   * @param reason why it is not done; empty if it is, or if there is no room for it
   */
  public record End(int exitCode, String reason) {}

  /** The text; reasons are cut, and left out where there is no room, never a run's code. */
  public static String write(Map<Integer, End> ends) {
    int room = MOST_BYTES;
    for (Map.Entry<Integer, End> end : ends.entrySet()) {
      room -= code(end).length() + 1;
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Integer, End> end : new TreeMap<>(ends).entrySet()) {
      String reason = " " + end.getValue().reason().replaceAll("\\s+", " ").strip();
      if (reason.length() > MOST_OF_A_REASON) {
        reason = reason.substring(0, MOST_OF_A_REASON - 1) + "…";
      }
      int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
      text.append(code(end));
      if (!reason.isBlank() && bytes <= room) {
        text.append(reason);
        room -= bytes;
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String code(Map.Entry<Integer, End> end) {
    return end.getKey() + " " + end.getValue().exitCode();
  }

  /** Reads the text, null for none; what is no such line is passed over. */
  public static Map<Integer, End> read(String text) {
    Map<Integer, End> ends = new TreeMap<>();
    if (text != null) {
      for (String line : text.lines().toList()) {
        String[] words = line.split(" ", 3);
        if (line.matches("\\d{1,6} -?\\d{1,6}( .*)?")) {
          ends.put(
              Integer.parseInt(words[0]),
              new End(Integer.parseInt(words[1]), words.length > 2 ? words[2] : ""));
        }
      }
    }
    return ends;
  }
}
