package org.mococxr.orchestrator;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.foundation.Ports;
import org.mococxr.orchestrator.streams.ExperimentStreams;
import org.mococxr.orchestrator.testing.Observer;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.orchestrator.testing.TestOrchestrator;

/** A broker, and a splitter and observer on it; tests start the orchestrators. */
abstract class OrchestratorFixture {
  @TempDir Path folder;
  EmbeddedKafka kafka;
  Observer observer;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.open(Files.createDirectory(folder.resolve("kafka")));
    observer = new Observer(kafka.bootstrapServers());
  }

  @AfterEach
  void stop() throws Exception {
    observer.close();
    kafka.close();
  }

  /** The only orchestrator. */
  TestOrchestrator orchestrator() {
    return new TestOrchestrator(TestConfig.of(kafka.bootstrapServers(), folder, Map.of()));
  }

  /** One of several replicas that share the experiments. */
  TestOrchestrator replica(String name, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("topics.partitions", "4");
    settings.put("streams.instance-id", name);
    settings.put("streams.state-dir", folder.resolve("streams-" + name).toString());
    settings.put("streams.application-server", "127.0.0.1:" + Ports.free());
    return new TestOrchestrator(TestConfig.of(kafka.bootstrapServers(), folder, settings));
  }

  /** Whether both replicas have experiments, and know of each other. */
  static boolean shared(TestOrchestrator a, TestOrchestrator b) {
    return a.streams().others().map(List::size).orElse(0) == 1
        && b.streams().others().map(List::size).orElse(0) == 1;
  }

  /** A name of an experiment that will be this replica's. */
  static String idOf(TestOrchestrator replica, List<String> used) {
    return IntStream.range(0, 100)
        .mapToObj(i -> "e" + i)
        .filter(id -> !used.contains(id))
        .filter(id -> replica.streams().owner(id) instanceof ExperimentStreams.Owner.Here)
        .findFirst()
        .orElseThrow();
  }
}
