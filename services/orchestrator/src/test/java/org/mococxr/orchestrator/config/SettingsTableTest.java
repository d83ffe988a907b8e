package org.mococxr.orchestrator.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.testkit.docs.Settings;
import org.mococxr.testkit.docs.SettingsTable;

class SettingsTableTest {
  private static final Path PAGE = Path.of("../../docs/orchestration.md");

  @Test
  void theSettingsOfThePageAreThereWithTheirDefaults() throws IOException {
    Map<String, String> table = SettingsTable.of(PAGE, "Configuration", "mococxr.orchestrator");
    assertEquals(List.of(), SettingsTable.faults(table, Settings.of(OrchestratorConfig.class)));
    assertTrue(table.size() > 35, () -> "" + table.keySet());
  }
}
