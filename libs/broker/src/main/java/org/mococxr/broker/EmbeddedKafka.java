package org.mococxr.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.mococxr.foundation.Ports;

/**
 * A Kafka broker and controller in this JVM, on loopback, with its data in a folder: closing it and
 * opening the folder again continues where it stopped, on other ports if need be. Ready in 2–4 s,
 * about 250 MB of memory.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final String NODE = "1";

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private EmbeddedKafka(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Formats the folder if it is new, and starts the broker.
   *
   * @param folder the broker's data
   * @param port where clients connect
   * @param controllerPort for the controller's own traffic
   */
  public static EmbeddedKafka open(Path folder, int port, int controllerPort) throws IOException {
    return open(folder, port, controllerPort, Optional.empty());
  }

  /**
   * As above, for clients that prove who they are. Topics are created by them.
   *
   * @param security how they do
   */
  public static EmbeddedKafka open(
      Path folder, int port, int controllerPort, BrokerSecurity security) throws IOException {
    return open(folder, port, controllerPort, Optional.of(security));
  }

  private static EmbeddedKafka open(
      Path folder, int port, int controllerPort, Optional<BrokerSecurity> security)
      throws IOException {
    Files.createDirectories(folder);
    format(folder, security.map(BrokerSecurity::credentials).orElse(List.of()));
    String protocol = security.isPresent() ? BrokerSecurity.PROTOCOL : "PLAINTEXT";
    Properties settings = settings(folder, protocol, port, controllerPort);
    security.ifPresent(wanted -> wanted.configure(settings));
    KafkaRaftServer server =
        new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
    server.startup();
    return new EmbeddedKafka(server, "127.0.0.1:" + port);
  }

  /** As above, on free ports. */
  public static EmbeddedKafka open(Path folder) throws IOException {
    List<Integer> ports = Ports.free(2);
    return open(folder, ports.get(0), ports.get(1));
  }

  /** Address for clients: {@code 127.0.0.1:<port>}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Creates topics that do not exist yet, one partition each: consumers, Kafka Streams above all,
   * start only on topics that exist.
   *
   * @param topics name → settings, for example {@code cleanup.policy}
   */
  public void createTopics(Map<String, Map<String, String>> topics) throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      for (var topic : topics.entrySet()) {
        NewTopic request = new NewTopic(topic.getKey(), 1, (short) 1).configs(topic.getValue());
        try {
          admin.createTopics(List.of(request)).all().get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw new IllegalStateException("Kafka refused topic " + topic.getKey(), e.getCause());
          }
        }
      }
    }
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void format(Path folder, List<String> credentials) throws IOException {
    if (Files.exists(folder.resolve("meta.properties"))) {
      return;
    }
    PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    try {
      new Formatter()
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(Integer.parseInt(NODE))
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(folder.toString())
          .addDirectory(folder.toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setUnstableFeatureVersionsEnabled(false)
          .setIgnoreFormatted(true)
          .setScramArguments(credentials)
          .setPrintStream(silent)
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot format " + folder + " for Kafka", e);
    }
  }

  private static Properties settings(Path folder, String protocol, int port, int controllerPort) {
    Properties settings = new Properties();
    String listeners =
        protocol + "://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort;
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", NODE);
    settings.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    settings.put("listeners", listeners);
    settings.put("advertised.listeners", listeners);
    settings.put(
        "listener.security.protocol.map",
        "%s:%s,CONTROLLER:PLAINTEXT".formatted(protocol, protocol));
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("log.dirs", folder.toString());
    for (String one :
        List.of(
            "offsets.topic.replication.factor",
            "transaction.state.log.replication.factor",
            "transaction.state.log.min.isr",
            "share.coordinator.state.topic.replication.factor",
            "share.coordinator.state.topic.min.isr",
            "min.insync.replicas",
            "offsets.topic.num.partitions",
            "transaction.state.log.num.partitions",
            "share.coordinator.state.topic.num.partitions",
            "num.partitions")) {
      settings.put(one, "1");
    }
    settings.put("auto.create.topics.enable", "true");
    settings.put("group.initial.rebalance.delay.ms", "0");
    // Events are the record of what was done; a laptop's work folder keeps them.
    settings.put("log.retention.ms", "-1");
    // Small: the defaults are a server's (128 MB of heap for the cleaner, ten threads a pool).
    settings.put("log.cleaner.dedupe.buffer.size", "2097152");
    settings.put("log.index.size.max.bytes", "1048576");
    settings.put("num.network.threads", "1");
    settings.put("num.io.threads", "2");
    settings.put("background.threads", "2");
    settings.put("num.recovery.threads.per.data.dir", "2");
    // After kill -9 the old session must lapse before the broker serves again: 13 s by default.
    settings.put("broker.session.timeout.ms", "6000");
    settings.put("broker.heartbeat.interval.ms", "1000");
    // A killed producer's transaction is given up soon after its time-out.
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    return settings;
  }
}
