package org.mococxr.messaging;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.mococxr.foundation.Causes;

/**
 * What cannot be parsed or handled is kept on {@code <topic>.dead-letter} with its key, its value
 * and these headers. A record may come twice where its topic is read again: topic, partition and
 * offset tell.
 */
public final class DeadLetters {
  /** Why it is one. */
  public static final String REASON = "dead-letter-reason";

  /** Class of the exception. */
  public static final String EXCEPTION = "dead-letter-exception-class-name";

  /** The topic on which the record came. */
  public static final String TOPIC = "dead-letter-topic";

  /** Its partition. */
  public static final String PARTITION = "dead-letter-partition";

  /** Its offset. */
  public static final String OFFSET = "dead-letter-offset";

  /** When it was put away, in ISO 8601. */
  public static final String TIME = "dead-letter-time";

  private static final int LONGEST = 1_000;

  private final EventPublisher publisher;

  /** Sends by a publisher of the same topics. */
  public DeadLetters(EventPublisher publisher) {
    this.publisher = publisher;
  }

  /** Puts a record away; completes when the broker has it. */
  public CompletableFuture<Void> send(ConsumerRecord<String, String> record, Exception cause) {
    return publisher.send(
        new ProducerRecord<>(
            publisher.topics().deadLetter(record.topic()),
            null,
            record.key(),
            record.value(),
            headers(
                record.headers(),
                record.topic(),
                record.partition(),
                record.offset(),
                cause,
                Instant.now())));
  }

  /**
   * The headers of a dead letter.
   *
   * @param before the record's own, which it keeps
   */
  public static Headers headers(
      Headers before, String topic, int partition, long offset, Exception cause, Instant now) {
    Headers headers = new RecordHeaders(before);
    put(headers, REASON, reason(cause));
    put(headers, EXCEPTION, cause.getClass().getName());
    put(headers, TOPIC, topic);
    put(headers, PARTITION, Integer.toString(partition));
    put(headers, OFFSET, Long.toString(offset));
    put(headers, TIME, now.toString());
    return headers;
  }

  private static String reason(Exception cause) {
    String text = Causes.message(cause);
    // A parser may quote the whole record.
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
