package org.mococxr.orchestrator.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ModelPublished;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunRequested;
import org.mococxr.events.SplitCompleted;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.Transition;
import org.mococxr.orchestrator.launch.Launcher;
import org.mococxr.orchestrator.launch.Reconciler;
import org.mococxr.orchestrator.launch.TurnKeeper;
import org.mococxr.orchestrator.launch.Wanted;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.plan.PlannedRun;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;

/** A version that plans otherwise goes on with what the version before has planned. */
class StoredPlanTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Layout LAYOUT = new Layout(URI.create("file:///store"));
  private static final ExperimentSpec SPEC =
      ExperimentSpec.parse("{name: e, data: {root: /data}, tasks: [Effusion]}", "test");

  private final Experiments before =
      new Experiments(
          LAYOUT,
          (spec, split, layout) ->
              List.of(
                  run("old-pretrain", RunKind.PRETRAIN, Map.of(), List.of()),
                  run(
                      "old-export",
                      RunKind.EXPORT,
                      Map.of("model", "old-model", "version", "v-old"),
                      List.of("old-pretrain")),
                  run("old-report", RunKind.REPORT, Map.of(), List.of("old-export"))),
          TestConfig.POLICY);

  private final Experiments after =
      new Experiments(
          LAYOUT,
          (spec, split, layout) -> {
            throw new AssertionError("planned again");
          },
          TestConfig.POLICY);

  @Test
  void aStateWrittenBeforeGoesOnUnderAChangedPlanner() {
    ExperimentState state = before.apply(null, new ExperimentRequested("e", SPEC), NOW).state();
    Transition planned =
        before.apply(
            state,
            new SplitCompleted(
                "e", state.splitRequest(), URI.create("file:///s"), Map.of(), Map.of(), List.of()),
            NOW);
    state = reread(planned.state());
    assertEquals(planned.state(), state);

    ArrayDeque<Event> open = new ArrayDeque<>(planned.commands());
    List<String> requested = new ArrayList<>();
    List<ModelPublished> models = new ArrayList<>();
    while (!open.isEmpty()) {
      switch (open.poll()) {
        case RunRequested r -> {
          requested.add(r.run());
          Transition next =
              after.apply(
                  state,
                  new RunCompleted("e", r.run(), r.attempt(), r.spec().output(), Map.of()),
                  NOW);
          state = reread(next.state());
          open.addAll(next.commands());
        }
        case ModelPublished m -> models.add(m);
        default -> {}
      }
    }
    assertEquals(ExperimentStatus.COMPLETED, state.status());
    assertEquals(List.of("old-pretrain", "old-export", "old-report"), requested);
    assertEquals(1, models.size());
    assertEquals("old-model", models.getFirst().model());
    assertEquals("v-old", models.getFirst().version());
    assertEquals(URI.create("file:///elsewhere/old-export/model/"), models.getFirst().bundle());
  }

  @Test
  void theReconcilerWantsWhatWasPlannedThen() throws Exception {
    ExperimentState state = before.apply(null, new ExperimentRequested("e", SPEC), NOW).state();
    Transition planned =
        before.apply(
            state,
            new SplitCompleted(
                "e", state.splitRequest(), URI.create("file:///s"), Map.of(), Map.of(), List.of()),
            NOW);
    ExperimentState stored = reread(planned.state());
    LinkedBlockingQueue<List<Wanted>> heard = new LinkedBlockingQueue<>();
    Launcher launcher =
        new Launcher() {
          @Override
          public void reconcile(
              Set<String> experiments, List<Wanted> wanted, Map<String, Integer> exiting) {
            heard.add(wanted);
          }

          @Override
          public void close() {}
        };
    TurnKeeper keeper = new TurnKeeper(100, Duration.ofSeconds(15), Clock.systemUTC());
    try (Reconciler reconciler =
        new Reconciler(
            () -> Optional.of(List.of(stored)),
            launcher,
            Duration.ofMillis(50),
            claims -> Optional.of(keeper.answer(new TurnKeeper.Report("a", Set.of(0), claims), 1)),
            event -> CompletableFuture.completedFuture(null))) {
      reconciler.start();
      List<Wanted> wanted = heard.poll(20, TimeUnit.SECONDS);
      RunRequested first = assertInstanceOf(RunRequested.class, planned.commands().getFirst());
      assertEquals(List.of(new Wanted(first.spec(), 1, null, NOW, false)), wanted);
    }
    assertTrue(stored.runs().containsKey("old-report"));
  }

  private static ExperimentState reread(ExperimentState state) {
    try {
      return ExperimentStore.read(state.id(), ExperimentStore.changes(null, state));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PlannedRun run(
      String name, RunKind kind, Map<String, Object> options, List<String> after) {
    return new PlannedRun(
        new RunSpec(
            "e",
            name,
            kind,
            Subject.NONE,
            1,
            Map.of(),
            new HashMap<>(options),
            URI.create("file:///elsewhere/" + name + "/")),
        after);
  }
}
