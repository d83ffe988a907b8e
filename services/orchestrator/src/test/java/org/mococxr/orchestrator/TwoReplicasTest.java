package org.mococxr.orchestrator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunStarted;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.launch.QueuePlace;
import org.mococxr.orchestrator.rest.ExperimentView;
import org.mococxr.orchestrator.rest.NotReadyException;
import org.mococxr.orchestrator.testing.FakeTrainer;
import org.mococxr.orchestrator.testing.TestOrchestrator;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;

/** Two replicas on one broker: each is asked and answers for both. */
@Tag("slow")
class TwoReplicasTest extends OrchestratorFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int EXPERIMENTS = 6;

  @BeforeEach
  void installTrainer() throws Exception {
    FakeTrainer.install(folder.resolve("trainer"), 600_000);
  }

  @Test
  void everyExperimentIsFoundFromBothAndTheListsAreEqual() throws Exception {
    TestOrchestrator a = replica("a", Map.of());
    TestOrchestrator b = replica("b", Map.of());
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
          .until(() -> a.replicas().list().stream().allMatch(e -> e.status().equals("FAILED")));
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

  /** Each has two experiments with one run at a time: without the limit four would work. */
  @Test
  void theLimitOfRunsAtOnceHoldsOverBothAndARunKnowsItsPlace() throws Exception {
    FakeTrainer.install(folder.resolve("trainer"), 400);
    Map<String, String> limits = new HashMap<>();
    limits.put("max-runs-at-once", "2");
    limits.put("local.max-processes", "8");
    limits.put("max-parallel-runs", "2");
    // Two work until both were seen at work, however long their processes take to start.
    Path gate = folder.resolve("gate");
    for (RunKind kind : RunKind.values()) {
      limits.put("local.environment.FAKE_GATE_" + kind, gate.toString());
    }
    TestOrchestrator a = replica("a", limits);
    TestOrchestrator b = replica("b", limits);
    try {
      await().atMost(PATIENCE).until(() -> shared(a, b));
      List<String> ids = twoOfEach(a, b);
      for (String id : ids) {
        observer.send(new ExperimentRequested(id, small(id)));
      }
      Set<QueuePlace> places = new HashSet<>();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                ids.forEach(id -> places.addAll(queue(a, id).values()));
                return observer.seen(RunStarted.class).size() == 2
                    && places.stream().anyMatch(p -> p.place() == 2 && p.waiting() == 2);
              });
      Files.createFile(gate);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                ids.forEach(id -> places.addAll(queue(a, id).values()));
                return completed(a) >= 2 && completed(b) >= 2;
              });
      // What a trainer says itself; its launcher may say once more that it has ended.
      Map<String, Instant> ended = new HashMap<>();
      observer
          .seen(RunCompleted.class)
          .forEach(e -> ended.putIfAbsent(e.experiment() + "/" + e.run(), e.time()));
      List<Instant[]> worked = new ArrayList<>();
      for (RunStarted start : observer.seen(RunStarted.class)) {
        Instant end = ended.get(start.experiment() + "/" + start.run());
        if (end != null) {
          worked.add(new Instant[] {start.time(), end});
        }
      }
      long most =
          worked.stream()
              .mapToLong(
                  one ->
                      worked.stream()
                          .filter(w -> !w[0].isAfter(one[0]) && w[1].isAfter(one[0]))
                          .count())
              .max()
              .orElseThrow();
      assertEquals(2, most, worked.size() + " runs");
      assertTrue(places.stream().anyMatch(p -> p.place() == 1), places.toString());
      assertTrue(places.stream().anyMatch(p -> p.place() == 2 && p.waiting() == 2), "" + places);
      assertTrue(places.stream().allMatch(p -> p.queue().equals("max-runs-at-once")));
    } finally {
      a.close();
      b.close();
    }
  }

  /** Names of experiments that will be one replica's, the other's, and so on. */
  private static List<String> twoOfEach(TestOrchestrator a, TestOrchestrator b) {
    List<String> ids = new ArrayList<>();
    for (TestOrchestrator replica : List.of(a, b, a, b)) {
      ids.add(idOf(replica, ids));
    }
    return ids;
  }

  private static Map<String, QueuePlace> queue(TestOrchestrator replica, String id) {
    try {
      return replica.replicas().queue(id);
    } catch (NotReadyException e) {
      return Map.of();
    }
  }

  private static long completed(TestOrchestrator replica) {
    return replica.streams().all().orElse(List.of()).stream()
        .mapToLong(ExperimentState::runsDone)
        .sum();
  }

  private static ExperimentSpec small(String name) {
    return ExperimentSpec.parse(
        "{name: %s, parallelism: 1, data: {root: /data}, tasks: [Effusion], initialisations: [random], modes: [linear]}"
            .formatted(name),
        "test");
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
}
