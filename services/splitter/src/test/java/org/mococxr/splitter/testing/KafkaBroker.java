package org.mococxr.splitter.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.mococxr.foundation.Folders;

/** A real broker in the test's JVM, on loopback, gone with the tests. */
public final class KafkaBroker implements QuarkusTestResourceLifecycleManager {
  private Path folder;
  private KafkaRaftServer server;

  @Override
  public Map<String, String> start() {
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      folder = Files.createTempDirectory("mococxr-kafka-");
      return start(one, other);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> start(ServerSocket one, ServerSocket other) throws IOException {
    String broker = "127.0.0.1:" + one.getLocalPort();
    String controller = "127.0.0.1:" + other.getLocalPort();
    one.close();
    other.close();
    format();
    server = new KafkaRaftServer(config(broker, controller), Time.SYSTEM);
    server.startup();
    return Map.of("kafka.bootstrap.servers", broker);
  }

  private void format() throws IOException {
    try {
      new Formatter()
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(1)
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(folder.toString())
          .addDirectory(folder.toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setUnstableFeatureVersionsEnabled(false)
          .setIgnoreFormatted(true)
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the broker's folder cannot be formatted", e);
    }
  }

  private KafkaConfig config(String broker, String controller) {
    String listeners = "PLAINTEXT://" + broker + ",CONTROLLER://" + controller;
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@" + controller);
    settings.put("listeners", listeners);
    settings.put("advertised.listeners", listeners);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("log.dirs", folder.toString());
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("log.cleaner.dedupe.buffer.size", "2097152");
    return KafkaConfig.fromProps(settings, false);
  }

  @Override
  public void stop() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
    }
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
