package org.mococxr.orchestrator;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.orchestrator.testing.Observer;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.orchestrator.testing.TestOrchestrator;

/** A broker, and a splitter and observer on it; tests start the orchestrators. */
abstract class OrchestratorFixture {
  @TempDir Path folder;
  EmbeddedKafka kafka;
  Observer observer;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.open(Files.createDirectory(folder.resolve("kafka")));
    observer = new Observer(kafka.bootstrapServers());
  }

  @AfterEach
  void stop() throws Exception {
    observer.close();
    kafka.close();
  }

  /** The only orchestrator. */
  TestOrchestrator orchestrator() {
    return new TestOrchestrator(TestConfig.of(kafka.bootstrapServers(), folder, Map.of()));
  }
}
