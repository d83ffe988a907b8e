package org.mococxr.inference.messaging;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;
import org.mococxr.events.Topics;

/**
 * Puts away what cannot be handled, with the reason and the place in headers. The topic is read
 * anew at every start, so a letter may come again: its topic, partition and offset tell.
 */
final class DeadLetters implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DeadLetters.class);

  private final KafkaProducer<String, String> producer;
  private final Topics topics;

  DeadLetters(Map<String, Object> kafka, Topics topics) {
    this.producer =
        new KafkaProducer<>(new HashMap<>(kafka), new StringSerializer(), new StringSerializer());
    this.topics = topics;
  }

  void send(ConsumerRecord<String, String> record, String reason) {
    LOG.errorf(
        "%s-%d@%d, key %s, is put with the dead letters: %s",
        record.topic(), record.partition(), record.offset(), record.key(), reason);
    var letter =
        new ProducerRecord<>(topics.deadLetter(record.topic()), record.key(), record.value());
    letter.headers().add("dead-letter-reason", bytes(reason));
    letter.headers().add("dead-letter-topic", bytes(record.topic()));
    letter.headers().add("dead-letter-partition", bytes(String.valueOf(record.partition())));
    letter.headers().add("dead-letter-offset", bytes(String.valueOf(record.offset())));
    producer.send(
        letter,
        (where, failure) -> {
          if (failure != null) {
            LOG.errorf(failure, "the dead letter could not be sent either");
          }
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(2));
  }
}
