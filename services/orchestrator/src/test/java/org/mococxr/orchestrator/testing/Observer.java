package org.mococxr.orchestrator.testing;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitRequested;
import org.mococxr.events.Topics;
import org.mococxr.messaging.DeadLetters;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.specs.data.Draw;

/** Reads what is committed on every topic, and answers split commands as the splitter would. */
public final class Observer implements AutoCloseable {
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final List<String> deadLetters = new CopyOnWriteArrayList<>();
  private final Set<String> unanswered = ConcurrentHashMap.newKeySet();
  private final EventPublisher publisher;
  private final String bootstrapServers;
  private final Topics topics = Topics.defaults();
  private final Thread thread = new Thread(this::read, "observer");
  private volatile boolean closed;

  /** Begins at once. */
  public Observer(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.publisher =
        new EventPublisher(
            KafkaSettings.plain(bootstrapServers), topics, "/test", Duration.ofSeconds(15));
    thread.start();
  }

  /** Sends an event and waits for the broker. */
  public void send(Event event) throws Exception {
    publisher.publish(event).get();
  }

  /** The splits of an experiment are answered by {@link #answer} alone. */
  public void leaveUnanswered(String experiment) {
    unanswered.add(experiment);
  }

  /** Answers the last split of an experiment. */
  public void answer(String experiment) {
    answer(
        seen(SplitRequested.class).stream()
            .filter(split -> split.experiment().equals(experiment))
            .toList()
            .getLast());
  }

  /** What was seen of a type, in order. */
  public <E extends Event> List<E> seen(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Reasons of the dead letters. */
  public List<String> deadLetters() {
    return deadLetters;
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
    publisher.close();
  }

  private void read() {
    Map<String, Object> client =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.GROUP_ID_CONFIG,
            UUID.randomUUID().toString(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.METADATA_MAX_AGE_CONFIG,
            500,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(java.util.regex.Pattern.compile("mococxr\\..*"));
      while (!closed) {
        consumer.poll(Duration.ofMillis(100)).forEach(this::take);
      }
    }
  }

  private void take(ConsumerRecord<String, String> record) {
    Header reason = record.headers().lastHeader(DeadLetters.REASON);
    if (reason != null) {
      deadLetters.add(new String(reason.value()));
      return;
    }
    Event event;
    try {
      event = new EventCodec("/test").decode(record.value());
    } catch (RuntimeException noEvent) {
      return;
    }
    events.add(event);
    if (event instanceof SplitRequested split && !unanswered.contains(split.experiment())) {
      answer(split);
    }
  }

  private void answer(SplitRequested split) {
    Map<String, URI> manifests = new LinkedHashMap<>();
    for (String name :
        List.of("train", "valid", "test", "train_semi_0.1-it0", "train_semi_1-it0")) {
      manifests.put(name, URI.create(split.output() + name + ".csv"));
    }
    publisher.publish(
        new SplitCompleted(
            split.experiment(),
            split.eventId(),
            split.output(),
            manifests,
            Map.of("train", 10L),
            List.of(new Draw("train_semi_0.1-it0", 0.1, 0), new Draw("train_semi_1-it0", 1, 0))));
  }
}
