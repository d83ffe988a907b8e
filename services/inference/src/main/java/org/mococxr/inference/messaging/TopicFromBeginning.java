package org.mococxr.inference.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.mococxr.messaging.KafkaSettings;

/**
 * Every record of a topic, from the first on. There is no consumer group: each replica wants all
 * records, at each start, and leaves nothing behind on the broker. Not safe for several threads,
 * but for {@link #wakeUp}.
 */
final class TopicFromBeginning implements AutoCloseable {
  private static final Duration LOOK_FOR_PARTITIONS = Duration.ofSeconds(30);

  private final KafkaConsumer<String, String> consumer;
  private final String topic;

  /** Where each partition ended when it was first seen: history lies before, news after. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  private long lookedForPartitions;
  private boolean caughtUp;

  TopicFromBeginning(KafkaSettings kafka, String topic) {
    Map<String, Object> settings = kafka.consumer();
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    this.topic = topic;
  }

  /** The next records; none when nothing came within {@code wait}. */
  List<ConsumerRecord<String, String>> next(Duration wait) throws InterruptedException {
    assignNewPartitions();
    if (ends.isEmpty()) {
      Thread.sleep(wait);
      return List.of();
    }
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    consumer.poll(wait).forEach(records::add);
    caughtUp =
        caughtUp
            || ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    return records;
  }

  /** Whether the topic is there and is read. */
  boolean found() {
    return !ends.isEmpty();
  }

  /** Whether all that the topic held at the start has been returned. */
  boolean caughtUp() {
    return caughtUp;
  }

  /** The topic may come into being after us, and may grow. */
  private void assignNewPartitions() {
    long now = System.nanoTime();
    if (!ends.isEmpty() && now - lookedForPartitions < LOOK_FOR_PARTITIONS.toNanos()) {
      return;
    }
    List<TopicPartition> fresh =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .filter(partition -> !ends.containsKey(partition))
            .toList();
    lookedForPartitions = now;
    if (!fresh.isEmpty()) {
      ends.putAll(consumer.endOffsets(fresh));
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(fresh);
    }
  }

  /** Ends a wait in {@link #next} with a WakeupException; any thread may call. */
  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
