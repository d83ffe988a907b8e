package org.mococxr.bench.orchestrator;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitRequested;
import org.mococxr.events.Topics;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.specs.data.Draw;

/**
 * Answers every command at once: a split with so many draws of labels, a run that begins and is
 * done. Each is a record on Kafka as the splitter and the trainer send it.
 */
final class NoOpTrainers implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final int draws;
  private final KafkaSettings kafka;
  private final EventPublisher publisher;
  private final AtomicInteger done = new AtomicInteger();
  private final Thread thread = new Thread(this::work, "trainers");
  private volatile boolean closed;

  NoOpTrainers(KafkaSettings kafka, EventPublisher publisher, int draws) {
    this.kafka = kafka;
    this.publisher = publisher;
    this.draws = draws;
    thread.start();
  }

  /** Runs that were asked for and done. */
  int done() {
    return done.get();
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }

  private void work() {
    Topics topics = Topics.defaults();
    EventCodec codec = new EventCodec("/bench");
    Map<String, Object> settings = new HashMap<>(kafka.consumer());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, "bench");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 500);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topics.splits(), topics.runs()));
      while (!closed) {
        for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
          // Most records are these trainers' own: only commands are worth reading.
          if (record.value().contains(".requested.v1\"")) {
            answer(codec.decode(record.value()));
          }
        }
      }
    }
  }

  private void answer(Event event) {
    if (event instanceof SplitRequested split) {
      publisher.publish(split(split));
    } else if (event instanceof RunRequested run) {
      String experiment = run.experiment();
      publisher.publish(new RunStarted(experiment, run.run(), run.attempt(), "bench", 1));
      publisher.publish(
          new RunCompleted(
              experiment, run.run(), run.attempt(), run.spec().output(), Map.of("auroc", 0.8)));
      done.incrementAndGet();
    }
  }

  private SplitCompleted split(SplitRequested split) {
    List<Draw> labelled =
        IntStream.range(0, draws).mapToObj(i -> new Draw("train_semi_0.1-it" + i, 0.1, i)).toList();
    Map<String, URI> manifests = new LinkedHashMap<>();
    Map<String, Long> counts = new LinkedHashMap<>();
    List.of("pretrain", "train", "valid", "test").forEach(name -> manifests.put(name, null));
    labelled.forEach(draw -> manifests.put(draw.name(), null));
    manifests.replaceAll((name, none) -> split.output().resolve(name + ".csv"));
    manifests.keySet().forEach(name -> counts.put(name, 1000L));
    return new SplitCompleted(
        split.experiment(),
        split.eventId(),
        split.output().resolve("split.json"),
        manifests,
        counts,
        labelled);
  }
}
