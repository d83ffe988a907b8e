package org.mococxr.local.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrchestratorClientTest {
  @ParameterizedTest
  @CsvSource({
    "RUNNING, false, running",
    "RUNNING, true, paused",
    "SPLITTING, true, paused",
    "CANCELLED, true, cancelled",
    "FAILED, true, failed",
    "COMPLETED, false, completed"
  })
  void whatHasEndedIsNotPaused(String status, boolean paused, String word) {
    OrchestratorClient.Experiment experiment =
        new OrchestratorClient.Experiment("e", status, paused, "", "", 0, 0, List.of());
    assertEquals(word, experiment.word());
  }
}
