package org.mococxr.inference.batches;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.prediction.Prediction;
import org.mococxr.messaging.DeadLetters;
import org.mococxr.messaging.KafkaSettings;

/**
 * Requests on one topic, answers on another. A record is done when its answer, or the letter that
 * says why there is none, is on the broker: only then is its offset committed, so that each is
 * answered at least once, and the same request with the same answer's id. The next records are
 * taken when these are done.
 */
final class TopicWorker implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TopicWorker.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(2);

  /** Records that are taken at once, for each that is worked on at a time. */
  private static final int AHEAD = 4;

  private static final int MOST_FETCHED = 16 << 20;

  /** Answers a request. */
  @FunctionalInterface
  interface Answering {
    /**
     * @throws UserErrorException when there is no answer to it and never will be
     */
    Prediction answer(ConsumerRecord<byte[], byte[]> record)
        throws IOException, InterruptedException;
  }

  /**
   * The names of topics and group.
   *
   * @param requests what is read
   * @param results where the answers go
   * @param letters where requests go that have no answer, with the reason
   * @param group which the replicas are
   */
  record Topics(String requests, String results, String letters, String group) {}

  private final KafkaSettings kafka;
  private final Topics topics;
  private final Answering answering;
  private final int parallel;
  private final ExecutorService workers;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("batch-topic").unstarted(this::run);
  private volatile KafkaConsumer<byte[], byte[]> consumer;
  private volatile boolean stopping;

  /**
   * @param parallel records that are worked on at a time
   */
  TopicWorker(KafkaSettings kafka, Topics topics, Answering answering, int parallel) {
    this.kafka = kafka;
    this.topics = topics;
    this.answering = answering;
    this.parallel = parallel;
    this.workers =
        Executors.newFixedThreadPool(
            parallel, Thread.ofPlatform().daemon().name("batch-topic-", 0).factory());
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!stopping) {
      try (KafkaConsumer<byte[], byte[]> opened = consumer();
          KafkaProducer<byte[], byte[]> producer = producer()) {
        consumer = opened;
        Assigned assigned = new Assigned(opened);
        opened.subscribe(List.of(topics.requests()), assigned);
        while (!stopping) {
          ConsumerRecords<byte[], byte[]> records = opened.poll(POLL);
          if (!records.isEmpty()) {
            assigned.pause();
            answer(records, opened, producer);
            commit(records, opened);
            assigned.resume();
          }
        }
      } catch (WakeupException | InterruptException | InterruptedException e) {
        LOG.debug("no longer answering on the topic of requests");
      } catch (RejectedExecutionException e) {
        LOG.debug("the service ends");
      } catch (KafkaException e) {
        LOG.warnf("topic %s: trying again: %s", topics.requests(), e.getMessage());
        pause();
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = kafka.consumer();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, topics.group());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, AHEAD * parallel);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MOST_FETCHED);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        kafka.producer(PATIENCE), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Partitions that come while records are worked on have to wait as the others do. The consumer
   * itself forgets in a rebalance which were paused.
   */
  private static final class Assigned implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private boolean paused;

    Assigned(KafkaConsumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    void pause() {
      paused = true;
      consumer.pause(consumer.assignment());
    }

    void resume() {
      paused = false;
      consumer.resume(consumer.assignment());
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (paused) {
        consumer.pause(partitions);
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // What was not committed is answered again by whoever has them next.
    }
  }

  private static void commit(
      ConsumerRecords<byte[], byte[]> records, KafkaConsumer<byte[], byte[]> consumer) {
    Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      if (consumer.assignment().contains(partition)) { // else it is another's by now
        long end = records.records(partition).getLast().offset() + 1;
        ends.put(partition, new OffsetAndMetadata(end));
        if (consumer.position(partition) < end) { // a rebalance went back to what was committed
          consumer.seek(partition, end);
        }
      }
    }
    consumer.commitSync(ends);
  }

  private void answer(
      ConsumerRecords<byte[], byte[]> records,
      KafkaConsumer<byte[], byte[]> from,
      KafkaProducer<byte[], byte[]> to)
      throws InterruptedException {
    List<Future<ProducerRecord<byte[], byte[]>>> answers = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      answers.add(workers.submit(() -> answer(record)));
    }
    try {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (Future<ProducerRecord<byte[], byte[]>> answer : answers) {
        sent.add(to.send(await(answer, from)));
      }
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case InterruptedException ending -> throw ending;
        case KafkaException away -> throw away;
        default -> throw new KafkaException(e.getCause());
      }
    } finally {
      answers.forEach(answer -> answer.cancel(true));
    }
  }

  /** Waits, and shows the group that this replica is alive. */
  private static <T> T await(Future<T> future, KafkaConsumer<byte[], byte[]> member)
      throws InterruptedException, ExecutionException {
    while (true) {
      try {
        return future.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (!member.poll(Duration.ZERO).isEmpty()) {
          throw new KafkaException("records came from partitions that are paused");
        }
      }
    }
  }

  private ProducerRecord<byte[], byte[]> answer(ConsumerRecord<byte[], byte[]> record)
      throws InterruptedException {
    while (true) {
      try {
        byte[] answer = Json.line(answering.answer(record)).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topics.results(), null, record.key(), answer, origin(record));
      } catch (IOException | UncheckedIOException e) { // the machine's: the sender can mend nothing
        LOG.warnf(
            "%s-%d@%d: an image or the model cannot be read now, trying again",
            record.topic(), record.partition(), record.offset()); // its name is not logged
        Thread.sleep(AFTER_A_FAULT);
      } catch (UserErrorException e) {
        return letter(record, e);
      } catch (RuntimeException e) {
        if (stopping) { // whatever a service that ends breaks: another replica answers
          throw new InterruptedException();
        }
        LOG.errorf(e, "%s-%d@%d failed", record.topic(), record.partition(), record.offset());
        return letter(record, e);
      }
    }
  }

  private static RecordHeaders origin(ConsumerRecord<byte[], byte[]> record) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("request-topic", bytes(record.topic()));
    headers.add("request-partition", bytes(Integer.toString(record.partition())));
    headers.add("request-offset", bytes(Long.toString(record.offset())));
    return headers;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private ProducerRecord<byte[], byte[]> letter(
      ConsumerRecord<byte[], byte[]> record, Exception cause) {
    return new ProducerRecord<>(
        topics.letters(),
        null,
        record.key(),
        record.value(),
        DeadLetters.headers(
            record.headers(),
            record.topic(),
            record.partition(),
            record.offset(),
            cause,
            Instant.now()));
  }

  private void pause() {
    try {
      Thread.sleep(AFTER_A_FAULT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopping = true;
    KafkaConsumer<byte[], byte[]> open = consumer;
    if (open != null) {
      open.wakeup();
    }
    workers.shutdownNow();
    try {
      if (thread.isAlive()) {
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
