package org.mococxr.local.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  private final StringWriter text = new StringWriter();

  @Test
  void redrawsTheLineOnATerminalAndNeverLetsItWrap() {
    Screen screen = new Screen(new PrintWriter(text), true, 40);
    screen.progress("a", "x".repeat(60), NOW);
    screen.progress("a", "2", NOW);
    screen.say("kept");
    assertEquals(
        "\r\u001b[K" + "x".repeat(39) + "\r\u001b[K2" + "\r\u001b[Kkept" + System.lineSeparator(),
        text.toString());
  }

  @Test
  void writesPlainLinesToAFileWhenSomethingBeginsAndNowAndThen() {
    Screen screen = new Screen(new PrintWriter(text), false, 40);
    screen.progress("a", "a 1", NOW);
    screen.progress("a", "a 2", NOW.plusSeconds(1));
    screen.progress("b", "b 1", NOW.plusSeconds(2));
    screen.progress("b", "b 2", NOW.plusSeconds(30));
    assertEquals(String.format("a 1%nb 1%nb 2%n"), text.toString());
  }
}
