package org.mococxr.orchestrator.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.CloseOptions;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jboss.logging.Logger;
import org.mococxr.events.Event;
import org.mococxr.events.Topics;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.messaging.TopicAdmin;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;

/**
 * The running topology, and a view of its store. Starts in the background and waits as long as it
 * takes for a broker. Exactly-once: an event, the state it led to and the commands it caused are
 * committed together or not at all.
 */
public final class ExperimentStreams implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ExperimentStreams.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final OrchestratorConfig config;
  private final KafkaSettings kafka;
  private final Experiments experiments;
  private final UnaryOperator<Event> finish;
  private final Runnable changed;
  private final Thread starter = new Thread(this::startWhenThereIsABroker, "streams-start");
  private volatile KafkaStreams streams;
  private volatile String waitingFor = "not started";

  /**
   * @param finish completes a command with what only the outside world knows
   * @param changed called after every event and whenever the state has been restored; must be quick
   */
  public ExperimentStreams(
      OrchestratorConfig config,
      KafkaSettings kafka,
      Experiments experiments,
      UnaryOperator<Event> finish,
      Runnable changed) {
    this.config = config;
    this.kafka = kafka;
    this.experiments = experiments;
    this.finish = finish;
    this.changed = changed;
  }

  /** Begins; returns at once. */
  public void start() {
    starter.setDaemon(true);
    starter.start();
  }

  /** Empty if events are being processed, else what is missing. */
  public Optional<String> missing() {
    KafkaStreams running = streams;
    if (running == null) {
      return Optional.of(waitingFor);
    }
    return running.state() == KafkaStreams.State.RUNNING
        ? Optional.empty()
        : Optional.of("Kafka Streams is " + running.state());
  }

  /** The experiments of this replica's partitions, newest first; empty while state is restored. */
  public Optional<List<ExperimentState>> all() {
    return store()
        .map(
            store -> {
              List<ExperimentState> all = new ArrayList<>();
              try (KeyValueIterator<String, ExperimentState> states = store.all()) {
                states.forEachRemaining(entry -> all.add(entry.value));
              }
              all.sort(Comparator.comparing(ExperimentState::requested).reversed());
              return all;
            });
  }

  /** One experiment; empty if it is not known here, or while state is restored. */
  public Optional<ExperimentState> find(String experiment) {
    return store().map(store -> store.get(experiment));
  }

  @Override
  public void close() {
    starter.interrupt();
    KafkaStreams running = streams;
    if (running != null) {
      running.close(new CloseOptions().timeout(Duration.ofSeconds(10)).leaveGroup(false));
    }
  }

  private Optional<ReadOnlyKeyValueStore<String, ExperimentState>> store() {
    KafkaStreams running = streams;
    if (running == null || running.state() != KafkaStreams.State.RUNNING) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          running.store(
              StoreQueryParameters.fromNameAndType(
                  ExperimentTopology.STORE, QueryableStoreTypes.keyValueStore())));
    } catch (InvalidStateStoreException e) {
      return Optional.empty();
    }
  }

  private void startWhenThereIsABroker() {
    Topics topics = new Topics(config.topicPrefix());
    try {
      while (!ensureTopics(topics)) {
        Thread.sleep(RETRY);
      }
      KafkaStreams created =
          new KafkaStreams(
              ExperimentTopology.build(experiments, topics, finish, changed), properties());
      created.setUncaughtExceptionHandler(
          e -> {
            LOG.error("a stream thread failed and is replaced", e);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
          });
      created.setStateListener(
          (now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
              changed.run();
            }
          });
      streams = created;
      created.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean ensureTopics(Topics topics) throws InterruptedException {
    try (TopicAdmin admin = new TopicAdmin(kafka, topics, PATIENCE)) {
      admin.ensureAll(config.topics().partitions(), config.topics().replication());
      return true;
    } catch (ExecutionException | RuntimeException e) {
      String problem = e.getCause() == null ? e.toString() : e.getCause().toString();
      if (!problem.equals(waitingFor)) {
        LOG.warnf("waiting for Kafka at %s: %s", config.bootstrapServers(), problem);
      }
      waitingFor = problem;
      return false;
    }
  }

  private Properties properties() {
    OrchestratorConfig.Streams settings = config.streams();
    int session = (int) settings.sessionTimeout().toMillis();
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
    properties.putAll(kafka.client());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.commitInterval().toMillis());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 0);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 4 << 20);
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) config.topics().replication());
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), session);
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), session / 4);
    // What a killed replica left open blocks readers until it is aborted.
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), session);
    instanceId()
        .ifPresent(
            id ->
                properties.put(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), id));
    return properties;
  }

  /** Local processes belong to one machine's one orchestrator, which needs no other name. */
  private Optional<String> instanceId() {
    return config.launcher() == OrchestratorConfig.LauncherKind.LOCAL
        ? Optional.of(config.streams().instanceId().orElse("local"))
        : config.streams().instanceId();
  }
}
