package org.mococxr.trainer.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many processes of this container the kernel has ended because its memory was used up, where
 * the kernel tells. A container whose first process is another one is not told as {@code
 * OOMKilled}.
 */
final class MemoryKills {
  private static final Path EVENTS = Path.of("/sys/fs/cgroup/memory.events");
  private static final Pattern KILLS = Pattern.compile("^oom_kill (\\d+)$", Pattern.MULTILINE);

  private MemoryKills() {}

  /** So far; 0 where nobody tells. */
  static long count() {
    try {
      return count(Files.readString(EVENTS));
    } catch (IOException e) {
      return 0;
    }
  }

  static long count(String events) {
    Matcher kills = KILLS.matcher(events);
    return kills.find() ? Long.parseLong(kills.group(1)) : 0;
  }
}
