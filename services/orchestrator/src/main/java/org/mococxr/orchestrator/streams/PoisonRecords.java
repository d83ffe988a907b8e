package org.mococxr.orchestrator.streams;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.mococxr.messaging.DeadLetters;

/**
 * Records of which the broker did not take what they led to. With exactly-once the whole
 * transaction is lost then, and all its records are read again; the one that is known here is put
 * with the dead letters the second time instead of failing for ever.
 */
final class PoisonRecords {
  /** Under this name the stream's configuration hands the instance to its handler. */
  static final String CONFIG = "mococxr.poison.records";

  private final Map<Position, Poison> known = new ConcurrentHashMap<>();

  private record Position(TopicPartition partition, long offset) {}

  /**
   * @param cause what the broker said
   * @param times how often
   */
  record Poison(Exception cause, int times) {}

  void add(String topic, int partition, long offset, Exception cause) {
    known.merge(
        new Position(new TopicPartition(topic, partition), offset),
        new Poison(cause, 1),
        (before, now) -> new Poison(now.cause(), before.times() + 1));
  }

  /** What is known of a record; null if nothing. */
  Poison of(String topic, int partition, long offset) {
    return known.isEmpty()
        ? null
        : known.get(new Position(new TopicPartition(topic, partition), offset));
  }

  /**
   * Notes what the broker refuses; made by Kafka Streams. A send fails while a later record is
   * being processed, and the context is that record's: a dead letter's origin is read from its
   * headers. Commands and states are kept below the broker's limit before they are sent.
   */
  public static final class Handler implements ProductionExceptionHandler {
    private PoisonRecords poison;

    @Override
    public void configure(Map<String, ?> configs) {
      poison = (PoisonRecords) configs.get(CONFIG);
    }

    @Override
    public ProductionExceptionHandlerResponse handle(
        ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
      // Only what will never be taken; a broker that is away is waited for.
      if (exception instanceof org.apache.kafka.common.errors.RecordTooLargeException) {
        if (record.headers().lastHeader(DeadLetters.OFFSET) != null) {
          poison.add(
              header(record, DeadLetters.TOPIC),
              Integer.parseInt(header(record, DeadLetters.PARTITION)),
              Long.parseLong(header(record, DeadLetters.OFFSET)),
              exception);
        } else if (context.topic() != null) {
          poison.add(context.topic(), context.partition(), context.offset(), exception);
        }
      }
      return ProductionExceptionHandlerResponse.FAIL;
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
      return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
  }
}
