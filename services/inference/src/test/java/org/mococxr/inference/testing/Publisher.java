package org.mococxr.inference.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.Topics;

/** Speaks to the service as the orchestrator does. */
public final class Publisher implements AutoCloseable {
  private static final Topics TOPICS = Topics.defaults();

  private final EventCodec codec = new EventCodec("/mococxr/test");
  private final Map<String, Object> kafka;
  private final KafkaProducer<String, String> producer;

  public Publisher(String bootstrapServers) {
    this.kafka = Map.of("bootstrap.servers", bootstrapServers);
    this.producer = new KafkaProducer<>(kafka, new StringSerializer(), new StringSerializer());
  }

  public void send(Event event) {
    send(Topics.key(event), codec.encode(event));
  }

  public void send(String key, String value) {
    try {
      producer.send(new ProducerRecord<>(TOPICS.models(), key, value)).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All dead letters of models so far; none when there is no such topic. */
  public List<ConsumerRecord<String, String>> deadLetters() {
    try (var consumer =
        new KafkaConsumer<>(kafka, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPICS.deadLetter(TOPICS.models())).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<String, String>> letters = new ArrayList<>();
      if (!partitions.isEmpty()) {
        consumer.poll(Duration.ofSeconds(1)).forEach(letters::add);
      }
      return letters;
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
