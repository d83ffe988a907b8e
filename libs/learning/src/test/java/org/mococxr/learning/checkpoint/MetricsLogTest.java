package org.mococxr.learning.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path run;

  @Test
  void linesThatWereNotSavedAndALineThatWasCutOffAreDropped() throws IOException {
    try (MetricsLog log = new MetricsLog(run, "images", 0, "")) {
      for (long images = 10; images <= 40; images += 10) {
        log.add(new TreeMap<>(Map.of("images", images, "epoch", 1, "loss", 0.5)));
      }
    }
    Path file = run.resolve(MetricsLog.FILE);
    Files.writeString(file, "{\"epoch\":1,\"images\":1", StandardOpenOption.APPEND);
    try (MetricsLog log = new MetricsLog(run, "images", 20, "")) {
      log.add(new TreeMap<>(Map.of("images", 30L, "epoch", 2, "loss", 0.25)));
    }
    assertEquals(
        List.of(
            "{\"epoch\":1,\"images\":10,\"loss\":0.5}",
            "{\"epoch\":1,\"images\":20,\"loss\":0.5}",
            "{\"epoch\":2,\"images\":30,\"loss\":0.25}"),
        Files.readAllLines(file));
  }

  @Test
  void aLogWithoutPositionsBeginsAnew() throws IOException {
    for (int attempt = 0; attempt < 2; attempt++) {
      try (MetricsLog log = new MetricsLog(run, "images", -1, "")) {
        log.add(Map.of("penalty", 1.0));
      }
    }
    assertEquals(List.of("{\"penalty\":1.0}"), Files.readAllLines(run.resolve(MetricsLog.FILE)));
  }
}
