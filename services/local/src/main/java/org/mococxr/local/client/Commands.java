package org.mococxr.local.client;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.mococxr.events.Event;
import org.mococxr.events.Topics;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;

/** Sends events to Kafka. */
public final class Commands {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String bootstrapServers;
  private final Topics topics;

  /** To the broker at this address. */
  public Commands(String bootstrapServers, Topics topics) {
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
  }

  /** Returns when Kafka has the event. */
  public void send(Event event) throws InterruptedException {
    KafkaSettings kafka = KafkaSettings.plain(bootstrapServers);
    try (EventPublisher publisher = new EventPublisher(kafka, topics, "/mococxr/local", PATIENCE)) {
      publisher.publish(event).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not take the event", e.getCause());
    }
  }
}
