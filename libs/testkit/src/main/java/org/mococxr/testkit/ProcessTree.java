package org.mococxr.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process and all that it has started. */
public final class ProcessTree {
  private ProcessTree() {}

  /**
   * Waits for a process. If it takes too long, or the thread is interrupted, as by a test's own
   * limit of time, it is ended with all that it has started and that works still.
   *
   * @return whether it ended by itself
   */
  public static boolean endsWithin(Duration limit, Process process) throws InterruptedException {
    try {
      return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      if (process.isAlive()) {
        destroy(process);
      }
    }
  }

  /** Ends a process and all that it has started. */
  public static void destroy(Process process) {
    // Whose parent has ended is no descendant any more.
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }
}
