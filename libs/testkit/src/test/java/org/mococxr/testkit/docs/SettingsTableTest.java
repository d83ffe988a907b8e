package org.mococxr.testkit.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTableTest {
  /** Settings of a service. */
  interface Example {
    @WithDefault("PT30S")
    Duration longestWait();

    Optional<String> name();

    Map<String, String> pinned();

    Queue queue();

    interface Queue {
      @WithDefault("5")
      int size();

      @WithDefault("2m")
      Duration pause();
    }
  }

  @TempDir Path folder;

  @Test
  void whatIsNotSoIsNamed() throws IOException {
    Path page =
        Files.writeString(
            folder.resolve("page.md"),
            """
            ## Other
            | `nothing` | 3 | of another section |
            ## Settings
            | property | default | meaning |
            |---|---|---|
            | `a.b.longest-wait` | 30 s | |
            | `….name` | – | |
            | `….pinned.<model>` | – | |
            | `queue.size`, `.pause` | 15, 2 min | |
            | `queue.length` | 1 | |
            """);
    Map<String, String> table = SettingsTable.of(page, "Settings", "a.b");
    assertEquals(
        List.of("queue.length is no setting", "queue.size is 5 by default, not 15"),
        SettingsTable.faults(table, Settings.of(Example.class)));
    table.remove("queue.length");
    assertEquals(Settings.of(Example.class).keySet(), table.keySet());
  }
}
