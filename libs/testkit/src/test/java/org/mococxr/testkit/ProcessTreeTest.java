package org.mococxr.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessTreeTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  /** A shell that waits for a child, which has been started when this returns. */
  private static Process parent() throws Exception {
    Process parent =
        new ProcessBuilder("sh", "-c", "sh -c 'echo begun; sleep 600; true' & wait").start();
    assertEquals("begun", parent.inputReader().readLine());
    return parent;
  }

  private static void assertGone(Process parent, List<ProcessHandle> started) throws Exception {
    assertTrue(parent.waitFor(LONG.toSeconds(), TimeUnit.SECONDS));
    for (ProcessHandle child : started) {
      child.onExit().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void whatTakesTooLongIsEndedWithAllThatItHasStarted() throws Exception {
    Process parent = parent();
    List<ProcessHandle> started = parent.descendants().toList();
    assertFalse(started.isEmpty());
    assertFalse(ProcessTree.endsWithin(Duration.ofMillis(1), parent));
    assertGone(parent, started);
  }

  @Test
  void whatIsWaitedForByAThreadThatIsInterruptedIsEnded() throws Exception {
    Process parent = parent();
    List<ProcessHandle> started = parent.descendants().toList();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> ProcessTree.endsWithin(LONG, parent));
    assertGone(parent, started);
  }

  @Test
  void whatEndsByItselfKeepsItsExitCode() throws Exception {
    Process process = new ProcessBuilder("sh", "-c", "exit 3").start();
    assertTrue(ProcessTree.endsWithin(LONG, process));
    assertEquals(3, process.exitValue());
  }
}
