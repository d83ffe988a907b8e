package org.mococxr.inference.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mococxr.testkit.docs.Settings;
import org.mococxr.testkit.docs.SettingsTable;

class SettingsTableTest {
  private static final Path PAGE = Path.of("../../docs/inference.md");

  @Test
  void thePageHasEverySettingWithItsDefault() throws IOException {
    Map<String, Optional<String>> settings = Settings.of(InferenceConfig.class);
    Map<String, String> table = SettingsTable.of(PAGE, "Settings", "mococxr.inference");
    assertEquals(List.of(), SettingsTable.faults(table, settings));
    assertEquals(settings.keySet(), table.keySet());
  }
}
