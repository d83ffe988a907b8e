package org.mococxr.local.scenario;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.mococxr.events.Topics;
import org.mococxr.messaging.DeadLetters;
import org.mococxr.messaging.KafkaSettings;

/** All that was ever sent on the topics of experiments, splits and runs, to be sent again. */
final class Replay {
  private static final String SENTINEL = "no event, and the end of a replay";
  private static final Duration BOUND = Duration.ofSeconds(120);

  private final KafkaSettings kafka;
  private final Topics topics = Topics.defaults();
  private final List<ConsumerRecord<String, String>> records;

  private Replay(KafkaSettings kafka, List<ConsumerRecord<String, String>> records) {
    this.kafka = kafka;
    this.records = records;
  }

  /** What is on the topics now, but what went to the dead letters. */
  static Replay of(String bootstrapServers) {
    KafkaSettings kafka = KafkaSettings.plain(bootstrapServers);
    Topics topics = Topics.defaults();
    List<String> names = List.of(topics.experiments(), topics.splits(), topics.runs());
    List<ConsumerRecord<String, String>> records = new ArrayList<>(read(kafka, names));
    records.removeIf(record -> record.value().equals(SENTINEL));
    return new Replay(kafka, records);
  }

  int size() {
    return records.size();
  }

  /** Each record twice, as they came. */
  void twice() {
    List<ConsumerRecord<String, String>> all = new ArrayList<>(records);
    all.addAll(records);
    send(all, true);
  }

  /** Each record twice, the last first. */
  void backwards() {
    List<ConsumerRecord<String, String>> all = new ArrayList<>(records.reversed());
    all.addAll(all);
    send(all, true);
  }

  /** Each record twice, in any order over all topics, as another program would send it: bare. */
  void shuffled(long seed) {
    List<ConsumerRecord<String, String>> all = new ArrayList<>(records);
    all.addAll(records);
    Collections.shuffle(all, new Random(seed));
    send(all, false);
  }

  /** Returns when splitter and orchestrator have handled them: what is no event closes each one. */
  private void send(List<ConsumerRecord<String, String>> all, boolean headers) {
    Map<String, Integer> before = letters();
    List<TopicPartition> partitions = new ArrayList<>();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            kafka.producer(BOUND), new StringSerializer(), new StringSerializer())) {
      for (ConsumerRecord<String, String> one : all) {
        producer.send(
            new ProducerRecord<>(
                one.topic(),
                one.partition(),
                one.key(),
                one.value(),
                headers ? one.headers() : null));
      }
      for (String topic : List.of(topics.experiments(), topics.splits(), topics.runs())) {
        producer
            .partitionsFor(topic)
            .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
      }
      for (TopicPartition end : partitions) {
        producer.send(new ProducerRecord<>(end.topic(), end.partition(), "end", SENTINEL));
      }
      producer.flush();
    }
    Map<String, Integer> expected = new HashMap<>(before);
    for (TopicPartition end : partitions) {
      // The topic of splits has two readers.
      expected.merge(end.toString(), end.topic().equals(topics.splits()) ? 2 : 1, Integer::sum);
    }
    await("the end of the replay")
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> letters().equals(expected));
  }

  /** How many dead letters each partition has led to; all of them closed a replay. */
  private Map<String, Integer> letters() {
    Map<String, Integer> letters = new HashMap<>();
    List<String> names =
        List.of(topics.experiments(), topics.splits(), topics.runs()).stream()
            .map(topics::deadLetter)
            .toList();
    for (ConsumerRecord<String, String> letter : read(kafka, names)) {
      assertEquals(SENTINEL, letter.value(), () -> header(letter, DeadLetters.REASON));
      TopicPartition from =
          new TopicPartition(
              header(letter, DeadLetters.TOPIC),
              Integer.parseInt(header(letter, DeadLetters.PARTITION)));
      letters.merge(from.toString(), 1, Integer::sum);
    }
    return letters;
  }

  private static String header(ConsumerRecord<String, String> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  private static List<ConsumerRecord<String, String>> read(
      KafkaSettings kafka, List<String> names) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(kafka.consumer(), new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          names.stream()
              .flatMap(name -> consumer.partitionsFor(name).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }
}
