package org.mococxr.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.Topics;
import org.mococxr.foundation.UserErrorException;

/** On a broker that makes topics on demand, with one partition, as brokers do by default. */
@Tag("slow")
class TopicAdminTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path folder;
  private static EmbeddedKafka broker;
  private static KafkaSettings kafka;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedKafka.open(folder);
    kafka = KafkaSettings.plain(broker.bootstrapServers());
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void aConsumerThatComesFirstLeavesTheTopicsToTheOrchestrator() throws Exception {
    Topics topics = new Topics("first.");
    var settings = kafka.consumer();
    settings.put("group.id", "first");
    try (KafkaConsumer<String, String> consumer =
            new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        TopicAdmin admin = new TopicAdmin(kafka, topics, PATIENCE)) {
      consumer.subscribe(List.of(topics.splits()));
      consumer.poll(Duration.ofSeconds(2));
      assertFalse(names().contains(topics.splits()), "made by the consumer");

      assertEquals(3, admin.ensureAll(3, (short) 1));
      for (int tries = 0; consumer.assignment().size() < 3 && tries < 60; tries++) {
        consumer.poll(Duration.ofMillis(500));
      }
      assertEquals(3, consumer.assignment().size(), "the consumer finds them soon");
      assertEquals(3, admin.ensureAll(8, (short) 1), "what is there is not changed");
    }
  }

  @Test
  void topicsThatDifferInPartitionsAreRefused() throws Exception {
    Topics topics = new Topics("differ.");
    try (Admin client = Admin.create(kafka.client());
        TopicAdmin admin = new TopicAdmin(kafka, topics, PATIENCE)) {
      client
          .createTopics(List.of(new NewTopic(topics.splits(), Optional.of(1), Optional.empty())))
          .all()
          .get();
      UserErrorException refused =
          assertThrows(UserErrorException.class, () -> admin.ensureAll(3, (short) 1));
      assertTrue(
          refused.getMessage().contains("{differ.experiments=3, differ.runs=3, differ.splits=1}"),
          refused.getMessage());
    }
  }

  private static java.util.Set<String> names() throws Exception {
    try (Admin client = Admin.create(kafka.client())) {
      return client.listTopics().names().get();
    }
  }
}
