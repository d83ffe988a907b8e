package org.mococxr.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EndedTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private static ProcessBuilder shell(String script) {
    return new ProcessBuilder("sh", "-c", script);
  }

  @Test
  void whatAProgramSaysAndItsCodeAreKept() throws Exception {
    assertEquals(
        new Ended(3, "one\n", "two\n"),
        Ended.of(shell("read x; echo $x; echo two >&2; exit 3"), LONG, "one\n"));
    assertEquals(
        new Ended(0, "one\ntwo\n", ""),
        Ended.of(shell("echo one; echo two >&2").redirectErrorStream(true), LONG));
  }

  /** More than a pipe holds, on both streams. */
  @Test
  void muchIsSaidOnBothStreams() throws Exception {
    Ended ended = Ended.of(shell("head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero"), LONG);
    assertEquals(300_000, ended.out().length());
    assertEquals(300_000, ended.error().length());
  }

  @Test
  void whatNeverEndsIsEndedWithWhatItHasSaid() {
    String message =
        assertThrows(
                AssertionError.class,
                () -> Ended.of(shell("echo begun; sleep 600; true"), Duration.ofSeconds(2)))
            .getMessage();
    assertTrue(message.contains("has not ended after PT2S"), message);
    assertTrue(message.contains("begun"), message);
  }

  /** A pipe to it would be open until the child ends. */
  @Test
  void aChildThatGoesOnIsNotWaitedFor() {
    assertEquals(
        "done\n",
        assertTimeoutPreemptively(LONG, () -> Ended.of(shell("sleep 120 & echo done"), LONG))
            .out());
  }
}
