package org.mococxr.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.foundation.Folders;

/** A broker for a Quarkus test; sets {@code kafka.bootstrap.servers}. */
public final class KafkaTestResource implements QuarkusTestResourceLifecycleManager {
  private Path folder;
  private EmbeddedKafka broker;

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("mococxr-kafka-");
      broker = EmbeddedKafka.open(folder);
      return Map.of("kafka.bootstrap.servers", broker.bootstrapServers());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (broker != null) {
      broker.close();
    }
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
