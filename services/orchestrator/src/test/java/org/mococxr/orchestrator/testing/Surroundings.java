package org.mococxr.orchestrator.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.foundation.Folders;

/** What the whole service needs around it: a broker, a splitter, a trainer and a folder. */
public final class Surroundings implements QuarkusTestResourceLifecycleManager {
  private Path folder;
  private EmbeddedKafka kafka;
  private Observer observer;

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("orchestrator");
      kafka = EmbeddedKafka.open(Files.createDirectory(folder.resolve("kafka")));
      observer = new Observer(kafka.bootstrapServers());
      FakeTrainer.install(folder.resolve("trainer"), 100);
      return Map.of(
          "mococxr.orchestrator.bootstrap-servers", kafka.bootstrapServers(),
          "mococxr.orchestrator.artifacts", "file://" + folder.resolve("artifacts"),
          "mococxr.orchestrator.streams.state-dir", folder.resolve("streams").toString(),
          "mococxr.orchestrator.local.command", folder.resolve("trainer").toString(),
          // Long enough to be watched.
          "mococxr.orchestrator.local.environment.FAKE_WORK_MILLIS_AUDIT", "4000");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void stop() {
    try {
      observer.close();
      kafka.close();
      Folders.delete(folder);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
