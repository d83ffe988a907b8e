package org.mococxr.trainer.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which processes of this container the kernel has ended because its memory was used up. The kernel
 * tells how many, where it tells anything, and not which: each is one of those that SIGKILL ended
 * meanwhile. A container whose first process is another one is not told as {@code OOMKilled}. Safe
 * for use by many threads.
 */
final class MemoryKills {
  private static final Path EVENTS = Path.of("/sys/fs/cgroup/memory.events");
  private static final Pattern KILLS = Pattern.compile("^oom_kill (\\d+)$", Pattern.MULTILINE);

  private final LongSupplier counter;

  /** So many are known to be this or that process. */
  private long known;

  MemoryKills() {
    this(MemoryKills::read);
  }

  /**
   * @param counter how many so far
   */
  MemoryKills(LongSupplier counter) {
    this.counter = counter;
  }

  /** How many so far; 0 where nobody tells. */
  long count() {
    return counter.getAsLong();
  }

  /**
   * Whether a process that SIGKILL ended was ended for the memory. One that was ended is told once,
   * so that a process that a person ends later is not taken for it.
   *
   * @param before {@link #count} when the process began its work
   */
  synchronized boolean take(long before) {
    long others = Math.max(known, before);
    if (count() <= others) {
      return false;
    }
    known = others + 1;
    return true;
  }

  private static long read() {
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
