package org.mococxr.local.client;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.Topics;

/** Sends events to Kafka. */
public final class Commands {
  private final String bootstrapServers;
  private final Topics topics;
  private final EventCodec codec = new EventCodec("/mococxr/local");

  /** To the broker at this address. */
  public Commands(String bootstrapServers, Topics topics) {
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
  }

  /** Returns when Kafka has the event. */
  public void send(Event event) throws InterruptedException {
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "acks", "all");
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer
          .send(new ProducerRecord<>(topics.of(event), Topics.key(event), codec.encode(event)))
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not take the event", e.getCause());
    }
  }
}
