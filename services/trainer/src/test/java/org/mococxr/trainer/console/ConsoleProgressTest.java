package org.mococxr.trainer.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

  @Test
  void aLineShowsTheShareTheFiguresAndTheTimeLeft() {
    assertEquals(
        "epoch 1/4 [======                  ] 25/100  loss 3.250  1:30 left",
        ConsoleProgress.line("epoch 1/4", 25, 100, Map.of("loss", 3.25), Duration.ofSeconds(30)));
  }

  @Test
  void aJobThatKnowsTheTimeLeftIsBelieved() {
    // A run that went on from step 25: what this process has done says nothing of the rest.
    assertEquals(
        "epoch 1/4 [======                  ] 25/100  2:00 left",
        ConsoleProgress.line(
            "epoch 1/4", 25, 100, Map.of("seconds left", 120.0), Duration.ofSeconds(1)));
  }

  @Test
  void aPipeGetsWholeLinesAndAStagesEndIsNeverLeftOut() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ConsoleProgress progress =
        new ConsoleProgress(new PrintStream(out, true, StandardCharsets.UTF_8), false);
    progress.update("decoding", 1, 3);
    progress.update("decoding", 2, 3);
    progress.update("decoding", 3, 3);
    assertEquals(2, out.toString(StandardCharsets.UTF_8).lines().count());
  }
}
