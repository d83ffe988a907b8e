package org.mococxr.messaging;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.Topics;
import org.mococxr.messaging.tracing.TraceHeaders;

/** Sends events to the topics of their families. Safe for several threads. */
public final class EventPublisher implements AutoCloseable {
  private final Topics topics;
  private final EventCodec codec;
  private final Duration patience;
  private final Map<String, Object> settings;
  private KafkaProducer<String, String> producer;
  private boolean closed;

  /**
   * @param source who speaks, for the events' source
   * @param patience how long to wait for a broker before an event counts as not sent
   */
  public EventPublisher(KafkaSettings kafka, Topics topics, String source, Duration patience) {
    this.topics = topics;
    this.codec = new EventCodec(source);
    this.patience = patience;
    this.settings = kafka.producer(patience);
  }

  /** Completes when every replica of the topic has the event. */
  public CompletableFuture<Void> publish(Event event) {
    return publish(event, null);
  }

  /**
   * As above.
   *
   * @param traceparent what the event belongs to; null if nobody traces
   */
  public CompletableFuture<Void> publish(Event event, String traceparent) {
    ProducerRecord<String, String> record =
        new ProducerRecord<>(topics.of(event), Topics.key(event), codec.encode(event));
    TraceHeaders.write(record.headers(), traceparent);
    return send(record);
  }

  /** Completes when every replica of the topic has the record. */
  CompletableFuture<Void> send(ProducerRecord<String, String> record) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    try {
      KafkaProducer<String, String> open = producer();
      open.send(
          record,
          (metadata, error) -> {
            if (error == null) {
              sent.complete(null);
            } else {
              retire(open);
              sent.completeExceptionally(error);
            }
          });
    } catch (RuntimeException e) {
      sent.completeExceptionally(e);
    }
    return sent;
  }

  private synchronized KafkaProducer<String, String> producer() {
    if (closed) {
      throw new IllegalStateException("the publisher is closed");
    }
    if (producer == null) {
      producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }
    return producer;
  }

  /**
   * An idempotent producer that was refused while it asked for its id never asks again, and lets
   * all that follows expire (Kafka 4.1.1). After any failure the next event has a new one, as the
   * first one is made by the first event; what is under way may still arrive.
   */
  private synchronized void retire(KafkaProducer<String, String> failed) {
    if (producer == failed) {
      producer = null;
      Thread.ofPlatform().daemon().start(() -> failed.close(patience));
    }
  }

  /** The names of the topics. */
  Topics topics() {
    return topics;
  }

  /** Waits for what was sent, at most as long as for a single event. */
  @Override
  public void close() {
    close(patience);
  }

  /** Waits for what was sent at most so long; what has not arrived by then does not. */
  public void close(Duration wait) {
    KafkaProducer<String, String> open;
    synchronized (this) {
      closed = true;
      open = producer;
    }
    if (open != null) {
      open.close(wait);
    }
  }
}
