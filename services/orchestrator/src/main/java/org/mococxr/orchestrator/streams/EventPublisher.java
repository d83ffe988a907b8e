package org.mococxr.orchestrator.streams;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.Topics;

/** Sends events that come from outside the topology: users' requests, and launchers' findings. */
public final class EventPublisher implements AutoCloseable {
  private final Topics topics;
  private final EventCodec codec;
  private final KafkaProducer<String, String> producer;

  /**
   * @param source who speaks, for the events' source
   */
  public EventPublisher(String bootstrapServers, Topics topics, String source) {
    this.topics = topics;
    this.codec = new EventCodec(source);
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000),
            new StringSerializer(),
            new StringSerializer());
  }

  /** Completes when the broker has the event. */
  public CompletableFuture<Void> publish(Event event) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    try {
      producer.send(
          new ProducerRecord<>(topics.of(event), Topics.key(event), codec.encode(event)),
          (metadata, error) -> {
            if (error == null) {
              sent.complete(null);
            } else {
              sent.completeExceptionally(error);
            }
          });
    } catch (RuntimeException e) {
      sent.completeExceptionally(e);
    }
    return sent;
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(5));
  }
}
