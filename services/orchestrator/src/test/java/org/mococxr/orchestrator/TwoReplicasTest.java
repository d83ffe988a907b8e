package org.mococxr.orchestrator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.rest.ExperimentView;
import org.mococxr.orchestrator.rest.NotReadyException;
import org.mococxr.orchestrator.testing.FakeTrainer;
import org.mococxr.orchestrator.testing.Observer;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.orchestrator.testing.TestOrchestrator;
import org.mococxr.specs.ExperimentSpec;

/** Two replicas on one broker: each is asked and answers for both. */
@Tag("slow")
class TwoReplicasTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int EXPERIMENTS = 6;

  @TempDir Path folder;
  private EmbeddedKafka kafka;
  private Observer observer;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.open(Files.createDirectory(folder.resolve("kafka")));
    observer = new Observer(kafka.bootstrapServers());
    FakeTrainer.install(folder.resolve("trainer"), 600_000);
  }

  @AfterEach
  void stop() throws Exception {
    observer.close();
    kafka.close();
  }

  @Test
  void everyExperimentIsFoundFromBothAndTheListsAreEqual() throws Exception {
    TestOrchestrator a = replica("a");
    TestOrchestrator b = replica("b");
    try {
      await().atMost(PATIENCE).until(() -> shared(a, b));
      for (int i = 0; i < EXPERIMENTS; i++) {
        // The split has no second draw to serve: the experiment fails before a process starts.
        observer.send(new ExperimentRequested("e" + i, spec("e" + i)));
      }
      await().atMost(PATIENCE).until(() -> known(a) == EXPERIMENTS && known(b) == EXPERIMENTS);
      assertFalse(a.streams().all().orElseThrow().isEmpty(), "all on one replica proves nothing");
      assertFalse(b.streams().all().orElseThrow().isEmpty(), "all on one replica proves nothing");
      await()
          .atMost(PATIENCE)
          .until(() -> a.replicas().list().stream().allMatch(e -> e.status().ended()));
      assertEquals(ids(a), ids(b));
      assertEquals(a.replicas().list(), b.replicas().list());
      for (int i = 0; i < EXPERIMENTS; i++) {
        ExperimentState fromA = a.replicas().find("e" + i).orElseThrow();
        assertEquals(fromA, b.replicas().find("e" + i).orElseThrow());
        assertEquals(ExperimentStatus.FAILED, fromA.status());
      }
      assertEquals(Optional.empty(), a.replicas().find("unheard-of"));
      assertEquals(Optional.empty(), b.replicas().find("unheard-of"));

      // Whoever asks while the work of a lost replica is taken over waits for the answer.
      b.close();
      for (int i = 0; i < EXPERIMENTS; i++) {
        assertTrue(a.replicas().find("e" + i).isPresent(), "e" + i);
      }
      assertEquals(EXPERIMENTS, known(a));
      assertEquals(EXPERIMENTS, a.streams().all().orElseThrow().size());

      // Whoever asks the one that has ended is told so at once.
      long begin = System.nanoTime();
      assertThrows(NotReadyException.class, () -> b.replicas().find("e0"));
      assertTrue(System.nanoTime() - begin < 20_000_000_000L, "waited for what cannot come");
    } finally {
      a.close();
      b.close();
    }
  }

  private static boolean shared(TestOrchestrator a, TestOrchestrator b) {
    return a.streams().others().map(List::size).orElse(0) == 1
        && b.streams().others().map(List::size).orElse(0) == 1;
  }

  /** How many a replica's list has; -1 while it says that it is not ready. */
  private static int known(TestOrchestrator replica) {
    try {
      return replica.replicas().list().size();
    } catch (NotReadyException e) {
      return -1;
    }
  }

  private static List<String> ids(TestOrchestrator replica) {
    return replica.replicas().list().stream().map(ExperimentView::id).toList();
  }

  private static ExperimentSpec spec(String name) {
    return ExperimentSpec.parse(
        "{name: %s, data: {root: /data}, tasks: [Effusion], split: {fractions: [0.1], draws: [2]}, serve: {fraction: 0.1, draw: 1}}"
            .formatted(name),
        "test");
  }

  private TestOrchestrator replica(String name) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    return new TestOrchestrator(
        TestConfig.of(
            kafka.bootstrapServers(),
            folder,
            Map.of(
                "topics.partitions",
                "4",
                "streams.instance-id",
                name,
                "streams.state-dir",
                folder.resolve("streams-" + name).toString(),
                "streams.application-server",
                "127.0.0.1:" + port)));
  }
}
