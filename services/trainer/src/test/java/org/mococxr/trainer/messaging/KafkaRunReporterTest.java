package org.mococxr.trainer.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunStarted;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Ports;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

@Tag("slow")
class KafkaRunReporterTest {
  private static final Topics TOPICS = Topics.defaults();

  @TempDir Path folder;

  /** A producer that never met its broker waits for it in each send. */
  @Test
  void aRunDoesNotWaitForABrokerThatComesLater() throws Exception {
    List<Integer> ports = Ports.free(2);
    KafkaSettings kafka = KafkaSettings.plain("127.0.0.1:" + ports.get(0));
    RunSpec spec = spec();
    try (KafkaRunReporter reporter = new KafkaRunReporter(kafka, TOPICS, spec, 3)) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () -> {
            reporter.started();
            for (int step = 1; step <= 100; step++) {
              reporter.update("stage " + step, step, 1000, Map.of());
            }
            reporter.completed(URI.create("file:///out/"), Map.of("auroc", 0.5));
          });
      try (EmbeddedKafka broker =
          EmbeddedKafka.open(folder.resolve("kafka"), ports.get(0), ports.get(1))) {
        List<Event> heard = heard(kafka);
        RunStarted first = (RunStarted) heard.getFirst();
        assertEquals(3, first.attempt());
        assertEquals(Map.of("auroc", 0.5), ((RunCompleted) heard.getLast()).figures());
        assertTrue(heard.size() < 10, "progress that was waiting is left out: " + heard.size());
      }
    }
  }

  private RunSpec spec() {
    return new RunSpec(
        "effusion", "pretrain", RunKind.PRETRAIN, 0, Map.of(), Map.of(), folder.toUri());
  }

  /** Until the run is complete. */
  private static List<Event> heard(KafkaSettings kafka) {
    List<Event> events = new ArrayList<>();
    EventCodec codec = new EventCodec("/test");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(kafka.consumer(), new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partition = List.of(new TopicPartition(TOPICS.runs(), 0));
      consumer.assign(partition);
      consumer.seekToBeginning(partition);
      Instant end = Instant.now().plusSeconds(60);
      while (events.stream().noneMatch(RunCompleted.class::isInstance)
          && Instant.now().isBefore(end)) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(record -> events.add(codec.decode(record.value())));
      }
    }
    return events;
  }
}
