package org.mococxr.orchestrator.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.RunPending;
import org.mococxr.events.RunStarted;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.testing.Splits;
import org.mococxr.orchestrator.testing.TestClock;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;

class TurnsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final Experiments experiments =
      new Experiments(new Layout(URI.create("file:///store")), TestConfig.POLICY);
  private final List<Event> told = new ArrayList<>();
  private final TurnKeeper keeper = new TurnKeeper(3, Duration.ofSeconds(15), new TestClock());
  private boolean keeperAnswers = true;
  private int partitions = 1;
  private final Turns turns =
      new Turns(
          claims ->
              keeperAnswers
                  ? Optional.of(
                      keeper.answer(new TurnKeeper.Report("a", Set.of(0), claims), partitions))
                  : Optional.empty(),
          event -> {
            told.add(event);
            return CompletableFuture.completedFuture(null);
          });

  /** With two runs in flight. */
  private ExperimentState running(String name, int priority) {
    String yaml =
        "name: %s\npriority: %d\ndata: {root: /d}\ntasks: [a]\nmodes: [linear]\n"
            + "initialisations: [random, {name: moco, weights: 'file:///w'}]\n";
    ExperimentState state =
        experiments
            .apply(
                null,
                new ExperimentRequested(
                    name, ExperimentSpec.parse(yaml.formatted(name, priority), "test")),
                NOW)
            .state();
    return experiments.apply(state, Splits.completed(state), NOW).state();
  }

  private List<String> turn(ExperimentState... newestFirst) {
    return turns.of(List.of(newestFirst)).stream().map(Wanted::key).toList();
  }

  @Test
  void theHighestPriorityIsFirstThenWhoCameFirst() {
    ExperimentState old = running("old", 0);
    ExperimentState young = running("young", 0);
    ExperimentState urgent = running("urgent", 5);
    assertEquals(
        List.of("urgent/embed-random", "urgent/embed-moco", "old/embed-random"),
        turn(urgent, young, old));
    assertEquals(3, told.size());
    RunPending waits = (RunPending) told.getFirst();
    assertEquals("old", waits.experiment());
    assertEquals("embed-moco", waits.run());
    assertTrue(waits.reason().startsWith("waits for its turn: 3 runs"), waits.reason());
    assertEquals(
        Map.of(
            "old/embed-moco", new QueuePlace("max-runs-at-once", 1, 3),
            "young/embed-random", new QueuePlace("max-runs-at-once", 2, 3),
            "young/embed-moco", new QueuePlace("max-runs-at-once", 3, 3)),
        turns.places());
  }

  @Test
  void whoWorksAlreadyIsNotDisturbedAndNobodyIsToldTwice() {
    ExperimentState old = running("old", 0);
    for (String run : List.of("embed-random", "embed-moco")) {
      old = experiments.apply(old, new RunStarted("old", run, 1, "host", 1), NOW).state();
    }
    ExperimentState urgent = running("urgent", 5);
    assertEquals(
        List.of("old/embed-random", "old/embed-moco", "urgent/embed-random"), turn(urgent, old));
    assertEquals(
        List.of("old/embed-random", "old/embed-moco", "urgent/embed-random"), turn(urgent, old));
    assertEquals(1, told.size());
  }

  @Test
  void withoutAnAnswerNobodyBeginsAndWhoHasBegunGoesOn() {
    keeperAnswers = false;
    ExperimentState old = running("old", 0);
    assertEquals(List.of(), turn(old));
    assertEquals(List.of(), told, "that nobody gives turns is no word on the run");
    keeperAnswers = true;
    assertEquals(List.of("old/embed-random", "old/embed-moco"), turn(old));
    keeperAnswers = false;
    assertEquals(List.of("old/embed-random", "old/embed-moco"), turn(running("young", 0), old));
    assertEquals(Map.of("young/embed-random", 1, "young/embed-moco", 1), turns.undecided());
  }

  @Test
  void untilAllExperimentsAreAccountedForItIsNotKnownWhoHasNoTurn() {
    partitions = 2;
    ExperimentState old = running("old", 0);
    old = experiments.apply(old, new RunStarted("old", "embed-moco", 1, "host", 1), NOW).state();
    assertEquals(List.of("old/embed-moco"), turn(old));
    assertEquals(
        Map.of("old/embed-random", 1),
        turns.undecided(),
        "the replica that had it before may have begun it");
    assertEquals(List.of(), told, "it may have its turn");
    assertEquals(Map.of(), turns.places());
    partitions = 1;
    assertEquals(List.of("old/embed-moco", "old/embed-random"), turn(old));
    assertEquals(Map.of(), turns.undecided());
  }

  @Test
  void whoIsLessUrgentGivesItsTurnBackBeforeTheMoreUrgentBegins() {
    ExperimentState old = running("old", 0);
    ExperimentState young = running("young", 0);
    assertEquals(3, turn(young, old).size());
    ExperimentState urgent = running("urgent", 5);
    assertEquals(List.of("old/embed-random"), turn(urgent, young, old));
    assertEquals(
        List.of("urgent/embed-random", "urgent/embed-moco", "old/embed-random"),
        turn(urgent, young, old));
  }
}
