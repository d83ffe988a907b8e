package org.mococxr.inference.messaging;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.ModelPublished;
import org.mococxr.inference.bundle.BundleCache;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.model.OnnxModelRepository;
import org.mococxr.inference.model.OnnxSessions;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Configs;
import org.mococxr.inference.testing.Publisher;
import org.mococxr.inference.testing.TinyNetwork;

@Tag("slow")
class ModelPublicationsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String COUNTER = "mococxr.inference.publications";

  @TempDir Path folder;

  @Test
  void whatWasPublishedWhileTheStoreIsAwayIsServedWhenItIsBackAndIsNoLetter() throws Exception {
    InferenceConfig config =
        Configs.with(
            Map.of("publications.load-attempts", "2", "publications.retry-delay", "PT0.01S"));
    BundleLoader loader = new BundleLoader(config, new BundleCache(config));
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    OnnxModelRepository models =
        new OnnxModelRepository(
            new OnnxSessions(config), loader, config, new ModelMetrics(metrics));
    Path broken = Files.createDirectories(folder.resolve("m/model.json")); // an error to read
    try (EmbeddedKafka broker = EmbeddedKafka.open(folder.resolve("kafka"));
        Publisher publisher = new Publisher(broker.bootstrapServers())) {
      ModelPublications publications =
          new ModelPublications(broker.bootstrapServers(), config, loader, models, metrics);
      publications.start();
      try {
        publisher.send(new ModelPublished("e", "m", "1", folder.resolve("m").toUri(), ""));
        await()
            .atMost(PATIENCE)
            .until(() -> metrics.counter(COUNTER, "outcome", "retried").count() > 4);
        Files.delete(broken);
        Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(8));
        await().atMost(PATIENCE).until(() -> !models.served().isEmpty());
        assertEquals(List.of(), publisher.deadLetters());
      } finally {
        publications.stop();
        models.withdraw("m");
      }
    }
  }
}
