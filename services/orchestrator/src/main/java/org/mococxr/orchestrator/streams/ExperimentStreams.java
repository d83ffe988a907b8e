package org.mococxr.orchestrator.streams;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.CloseOptions;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.jboss.logging.Logger;
import org.mococxr.events.Topics;
import org.mococxr.messaging.KafkaProblems;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.messaging.TopicAdmin;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.UnreadableExperiment;

/**
 * The running topology, and a view of its store. Starts in the background and waits as long as it
 * takes for a broker. Exactly-once: an event, the state it led to and the commands it caused are
 * committed together or not at all.
 */
public final class ExperimentStreams implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ExperimentStreams.class);

  /** An input of a megabyte can lead to several in one record, which travel compressed. */
  private static final int MOST_BEFORE_COMPRESSION = 64 << 20;

  /**
   * Kafka Streams stays in its group until the session times out, for the case that it comes back.
   * A replica without a name of its own never does: its work would lie until then.
   */
  private static final String LEAVE_ON_CLOSE = "internal.leave.group.on.close";

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final OrchestratorConfig config;
  private final KafkaSettings kafka;
  private final Experiments experiments;
  private final Hooks hooks;
  private final Thread starter = new Thread(this::startWhenThereIsABroker, "streams-start");
  private final LiveExperiments live = new LiveExperiments();
  private final PoisonRecords poison = new PoisonRecords();
  private final StreamFaults faults = new StreamFaults();
  private final Optional<HostInfo> address;
  private volatile KafkaStreams streams;
  private volatile int partitions;
  private volatile String waitingFor = "not started";

  /** Which replica has an experiment. */
  public sealed interface Owner {
    /** This one. */
    record Here() implements Owner {}

    /**
     * Another one.
     *
     * @param base of its HTTP
     */
    record There(URI base) implements Owner {}

    /**
     * None at the moment.
     *
     * @param why for the user
     */
    record Unknown(String why) implements Owner {}
  }

  /**
   * @param address under which other replicas reach this one; empty if there are none
   * @param hooks what is asked and told for every event
   */
  public ExperimentStreams(
      OrchestratorConfig config,
      KafkaSettings kafka,
      Optional<HostInfo> address,
      Experiments experiments,
      Hooks hooks) {
    this.config = config;
    this.kafka = kafka;
    this.experiments = experiments;
    this.address = address;
    this.hooks = hooks;
  }

  /** Begins; returns at once. */
  public void start() {
    starter.setDaemon(true);
    starter.start();
  }

  /** Whether there was a broker and this replica is not ending: what is missing may come soon. */
  public boolean started() {
    KafkaStreams running = streams;
    return running != null && !running.state().hasStartedOrFinishedShuttingDown();
  }

  /** Empty if events are being processed, else what is missing. */
  public Optional<String> missing() {
    KafkaStreams running = streams;
    if (running == null) {
      return Optional.of(waitingFor);
    }
    if (running.state() != KafkaStreams.State.RUNNING) {
      return Optional.of(
          "Kafka Streams is "
              + running.state()
              + faults.recent().map(what -> ": " + what).orElse(""));
    }
    return faults.recent().map(what -> "events cannot be processed: " + what);
  }

  /** Experiments of this replica's partitions, newest first; empty while it is not running. */
  public Optional<List<ExperimentState>> all() {
    return running() ? Optional.of(live.all()) : Optional.empty();
  }

  /**
   * One experiment of this replica's partitions; empty if there is none, or while not running.
   *
   * @throws org.mococxr.orchestrator.experiment.UnreadableException if its state cannot be read
   */
  public Optional<ExperimentState> find(String experiment) {
    return running() ? live.find(experiment) : Optional.empty();
  }

  /**
   * Those of this replica's partitions whose states this version cannot read; empty while it is not
   * running.
   */
  public Optional<List<UnreadableExperiment>> unreadable() {
    return running() ? Optional.of(live.unreadable()) : Optional.empty();
  }

  /** Which replica has an experiment, or would have it. */
  public Owner owner(String experiment) {
    if (!running()) {
      return new Owner.Unknown(missing().orElse("not running"));
    }
    if (address.isEmpty()) {
      return new Owner.Here();
    }
    KeyQueryMetadata owner =
        streams.queryMetadataForKey(
            ExperimentTopology.STORE, experiment, Serdes.String().serializer());
    if (owner == null || owner.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
      return new Owner.Unknown("the replicas share their work out anew");
    }
    if (!owner.activeHost().equals(address.get())) {
      return new Owner.There(uri(owner.activeHost()));
    }
    return live.has(owner.partition())
        ? new Owner.Here()
        : new Owner.Unknown("the experiments of partition " + owner.partition() + " are restored");
  }

  /** The replica that gives turns to all: the one that has the first partition. */
  public Owner keeper() {
    if (!running()) {
      return new Owner.Unknown(missing().orElse("not running"));
    }
    if (address.isEmpty()) {
      return new Owner.Here();
    }
    HostInfo first =
        streams.metadataForAllStreamsClients().stream()
            .filter(replica -> partitions(replica).contains(0))
            .map(StreamsMetadata::hostInfo)
            .findFirst()
            .orElse(null);
    if (first == null) {
      return new Owner.Unknown("the replicas share their work out anew");
    }
    if (!first.equals(address.get())) {
      return new Owner.There(uri(first));
    }
    return live.has(0) ? new Owner.Here() : new Owner.Unknown("the first partition is restored");
  }

  /** Partitions whose experiments this replica has. */
  public Set<Integer> ownPartitions() {
    return live.partitions();
  }

  /** Partitions of all experiments. */
  public int partitions() {
    return partitions;
  }

  /**
   * The other replicas that have experiments.
   *
   * @return empty while a partition belongs to none
   */
  public Optional<List<URI>> others() {
    if (!running()) {
      return Optional.empty();
    }
    if (address.isEmpty()) {
      return Optional.of(List.of());
    }
    List<URI> others = new ArrayList<>();
    Set<Integer> covered = new HashSet<>();
    for (StreamsMetadata replica : streams.metadataForAllStreamsClients()) {
      Set<Integer> its = partitions(replica);
      covered.addAll(its);
      boolean own = replica.hostInfo().equals(address.get());
      if (own && !its.stream().allMatch(live::has)) {
        return Optional.empty();
      }
      if (!own && !its.isEmpty()) {
        others.add(uri(replica.hostInfo()));
      }
    }
    return covered.size() < partitions ? Optional.empty() : Optional.of(others);
  }

  /** Addresses of all replicas, as far as this one knows them. */
  public List<HostInfo> replicas() {
    KafkaStreams running = streams;
    return running == null
        ? List.of()
        : running.metadataForAllStreamsClients().stream().map(StreamsMetadata::hostInfo).toList();
  }

  /** Records of the topics that are there and not read yet; 0 while nothing is read. */
  public double lag() {
    KafkaStreams running = streams;
    return running == null
        ? 0
        : running.metrics().entrySet().stream()
            .filter(metric -> metric.getKey().name().equals("records-lag"))
            .filter(metric -> !metric.getKey().tags().get("client-id").contains("restore"))
            .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
            .filter(lag -> lag > 0)
            .sum();
  }

  private Set<Integer> partitions(StreamsMetadata replica) {
    String topic = new Topics(config.topicPrefix()).experiments();
    return replica.topicPartitions().stream()
        .filter(partition -> partition.topic().equals(topic))
        .map(TopicPartition::partition)
        .collect(Collectors.toSet());
  }

  private static URI uri(HostInfo host) {
    return URI.create("http://" + host.host() + ":" + host.port());
  }

  private boolean running() {
    KafkaStreams running = streams;
    return running != null && running.state() == KafkaStreams.State.RUNNING;
  }

  @Override
  public void close() {
    starter.interrupt();
    KafkaStreams running = streams;
    if (running != null) {
      running.close(new CloseOptions().timeout(Duration.ofSeconds(10)).leaveGroup(false));
    }
  }

  private void startWhenThereIsABroker() {
    Topics topics = new Topics(config.topicPrefix());
    try {
      Duration pause = FIRST_RETRY;
      while (!ensureTopics(topics)) {
        Thread.sleep(pause);
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_RETRY) < 0 ? twice : LONGEST_RETRY;
      }
      KafkaStreams created =
          new KafkaStreams(
              ExperimentTopology.build(experiments, topics, hooks, live, poison), properties());
      created.setUncaughtExceptionHandler(faults);
      created.setStateListener(
          (now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
              hooks.changed().run();
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
      partitions = admin.ensureAll(config.topics().partitions(), config.topics().replication());
      return true;
    } catch (ExecutionException | RuntimeException e) {
      String problem = KafkaProblems.of(e);
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
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        MOST_BEFORE_COMPRESSION);
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "gzip");
    properties.put(PoisonRecords.CONFIG, poison);
    properties.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, PoisonRecords.Handler.class);
    address.ifPresent(
        here ->
            properties.put(
                StreamsConfig.APPLICATION_SERVER_CONFIG, here.host() + ":" + here.port()));
    instanceId()
        .ifPresentOrElse(
            id ->
                properties.put(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), id),
            () -> properties.put(StreamsConfig.mainConsumerPrefix(LEAVE_ON_CLOSE), true));
    return properties;
  }

  /** Local processes belong to one machine's one orchestrator, which needs no other name. */
  private Optional<String> instanceId() {
    return config.launcher() == OrchestratorConfig.LauncherKind.LOCAL
        ? Optional.of(config.streams().instanceId().orElse("local"))
        : config.streams().instanceId();
  }
}
