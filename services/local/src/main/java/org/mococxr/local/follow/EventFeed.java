package org.mococxr.local.follow;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.EventFormatException;
import org.mococxr.events.Topics;
import org.mococxr.messaging.KafkaSettings;

/**
 * The events of one experiment, from the beginning of the topics on and then as they come. Belongs
 * to no consumer group: watching changes nothing. Not thread-safe.
 */
public final class EventFeed implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(100);

  private final KafkaConsumer<String, String> consumer;
  private final EventCodec codec = new EventCodec("/mococxr/local");
  private final Predicate<Event> wanted;

  /**
   * Starts at the beginning of every topic.
   *
   * @param bootstrapServers Kafka's address
   * @param experiment whose events; null for those of all
   */
  public EventFeed(String bootstrapServers, Topics topics, String experiment) {
    this.wanted = event -> experiment == null || experiment.equals(event.experiment());
    this.consumer =
        new KafkaConsumer<>(
            KafkaSettings.plain(bootstrapServers).consumer(),
            new StringDeserializer(),
            new StringDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics.all()) {
      for (PartitionInfo partition : consumer.partitionsFor(topic)) {
        partitions.add(new TopicPartition(topic, partition.partition()));
      }
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** What has come since the last call; waits for something at most the given time. */
  public List<Event> poll(Duration wait) {
    List<Event> events = new ArrayList<>();
    for (ConsumerRecord<String, String> record : consumer.poll(wait)) {
      try {
        Event event = codec.decode(record.value());
        if (wanted.test(event)) {
          events.add(event);
        }
      } catch (EventFormatException e) {
        // Not ours to judge: the service that should handle it puts it among the dead letters.
      }
    }
    return events;
  }

  /**
   * All that is on the topics now and was not taken yet; waits for it at most the given time, and
   * gives less where that is over or nobody answers.
   */
  public List<Event> rest(Duration bound) {
    List<Event> events = new ArrayList<>();
    Instant deadline = Instant.now().plus(bound);
    try {
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), bound);
      while (Instant.now().isBefore(deadline) && !reached(ends, bound)) {
        events.addAll(poll(STEP));
      }
    } catch (TimeoutException e) {
      // The broker is away: what has come is all that can be told.
    }
    return events;
  }

  private boolean reached(Map<TopicPartition, Long> ends, Duration bound) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), bound) >= end.getValue());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
