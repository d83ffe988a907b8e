package org.mococxr.trainer.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
import org.mococxr.foundation.UserErrorException;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

@Tag("slow")
class KafkaRunReporterTest {
  private static final Topics TOPICS = Topics.defaults();

  @TempDir Path folder;

  /** A producer that never met its broker gives each event up after a while. */
  @Test
  void aRunDoesNotWaitForABrokerThatComesLaterAndHearsOfAllOfIt() throws Exception {
    List<Integer> ports = Ports.free(2);
    KafkaSettings kafka = KafkaSettings.plain("127.0.0.1:" + ports.get(0));
    RunSpec spec = spec();
    try (RunEvents events =
        new RunEvents(kafka, TOPICS, Duration.ofSeconds(60), Duration.ofSeconds(2))) {
      KafkaRunReporter reporter = new KafkaRunReporter(events, spec, 3);
      assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () -> {
            reporter.started();
            for (int step = 1; step <= 100; step++) {
              reporter.update("stage " + step, step, 1000, Map.of());
            }
            reporter.completed(URI.create("file:///out/"), Map.of("auroc", 0.5));
          });
      Thread.sleep(5_000); // so long that the first tries have failed
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

  @Test
  void theEndWaitsForABoundedTimeAndTheReasonIsTheLastLine() {
    KafkaSettings nobody = KafkaSettings.plain("127.0.0.1:" + Ports.free(1).getFirst());
    PrintStream err = System.err;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    System.setErr(new PrintStream(output, true, StandardCharsets.UTF_8));
    try {
      RunEvents events =
          new RunEvents(nobody, TOPICS, Duration.ofSeconds(1), Duration.ofSeconds(60));
      KafkaRunReporter reporter = new KafkaRunReporter(events, spec(), 1);
      reporter.started();
      reporter.failed(64, "train.csv, line 3: no label");
      assertTimeoutPreemptively(Duration.ofSeconds(10), events::close);
    } finally {
      System.setErr(err);
    }
    assertEquals(
        "pretrain: failed (exit code 64): train.csv, line 3: no label",
        output.toString(StandardCharsets.UTF_8).lines().toList().getLast());
  }

  @Test
  void theTimeOfTheEndIsSet() {
    assertEquals(Duration.ofSeconds(60), RunEvents.patience(Map.of()));
    assertEquals(
        Duration.ofSeconds(2), RunEvents.patience(Map.of("MOCOCXR_LAST_EVENTS_WAIT", "PT2S")));
    String refused =
        assertThrows(
                UserErrorException.class,
                () -> RunEvents.patience(Map.of("MOCOCXR_LAST_EVENTS_WAIT", "2")))
            .getMessage();
    assertEquals("MOCOCXR_LAST_EVENTS_WAIT: found '2' (expected a time such as PT60S)", refused);
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
