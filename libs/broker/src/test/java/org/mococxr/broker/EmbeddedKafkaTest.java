package org.mococxr.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class EmbeddedKafkaTest {
  @Test
  void keepsItsMessagesWhenItIsStoppedAndStartedOnOtherPorts(@TempDir Path folder)
      throws Exception {
    String first;
    try (EmbeddedKafka kafka = EmbeddedKafka.open(folder)) {
      first = kafka.bootstrapServers();
      kafka.createTopics(Map.of("letters", Map.of()));
      kafka.createTopics(Map.of("letters", Map.of())); // once more is no error
      send(first, "letters", "a", "b", "c");
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.open(folder)) {
      assertNotEquals(first, kafka.bootstrapServers());
      assertEquals(List.of("a", "b", "c"), receive(kafka.bootstrapServers(), "letters", 3));
    }
  }

  private static void send(String bootstrap, String topic, String... values) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new StringSerializer())) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(topic, "key", value)).get();
      }
    }
  }

  private static List<String> receive(String bootstrap, String topic, int count) {
    List<String> values = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringDeserializer(),
            new StringDeserializer())) {
      var partitions = List.of(new TopicPartition(topic, 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Instant deadline = Instant.now().plusSeconds(180);
      while (values.size() < count && Instant.now().isBefore(deadline)) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }
}
