package org.mococxr.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ModelPublished;
import org.mococxr.events.RunCancelled;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunProgress;
import org.mococxr.events.RunRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.SplitRequested;
import org.mococxr.foundation.RandomStream;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.data.Draw;

class ExperimentsTest {
  private static final URI OUT = URI.create("file:///out/");
  private static final ExperimentSpec SPEC =
      ExperimentSpec.parse("{name: e, data: {root: /data}, tasks: [Effusion]}", "test");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Experiments experiments =
      new Experiments(new Layout(URI.create("file:///store")), TestConfig.POLICY);
  private final List<Event> sent = new ArrayList<>();
  private ExperimentState state;

  @Test
  void anExperimentRunsEveryRunOnceAndPublishesItsModel() {
    submitAndSplit();
    Map<String, Integer> requested = new HashMap<>();
    ModelPublished model = null;
    for (int i = 0; i < sent.size(); i++) {
      switch (sent.get(i)) {
        case RunRequested r -> {
          requested.merge(r.run(), 1, Integer::sum);
          assertTrue(state.inFlight().size() <= 2);
          apply(new RunStarted("e", r.run(), r.attempt(), "host", 1));
          apply(completed(r));
        }
        case ModelPublished m -> model = m;
        default -> {}
      }
    }
    assertEquals(ExperimentStatus.COMPLETED, state.status());
    assertEquals(state.runs().keySet(), requested.keySet());
    assertEquals(Set.of(1), new HashSet<>(requested.values()));
    assertEquals("e", model.model());
    assertTrue(
        model
            .bundle()
            .toString()
            .matches("file:///store/experiments/e/runs/export/[0-9a-f]{12}/model/"),
        model.bundle().toString());
  }

  @Test
  void theSplitIsAskedForWithTheWholeRecipe() {
    submit();
    SplitRequested split = assertInstanceOf(SplitRequested.class, sent.getFirst());
    assertEquals("/data", ((Map<?, ?>) split.recipe().get("data")).get("root"));
    assertEquals(List.of("Effusion"), split.recipe().get("tasks"));
    assertEquals(URI.create("file:///store/experiments/e/split/"), split.output());
  }

  @Test
  void aFaultIsTriedAgainUpToTheLimit() {
    submitAndSplit();
    for (int attempt = 1; attempt <= 2; attempt++) {
      apply(new RunFailed("e", "pretrain", attempt, 139, "crashed"));
      assertEquals(attempt + 1, run("pretrain").attempt());
      assertEquals(RunStatus.REQUESTED, run("pretrain").status());
    }
    apply(new RunFailed("e", "pretrain", 3, ExitCodes.UNKNOWN, "crashed"));
    assertEquals(RunStatus.FAILED, run("pretrain").status());
    assertEquals(ExperimentStatus.FAILED, state.status());
    assertEquals("pretrain: crashed (3 times failed)", state.reason());
    assertEquals(3, run("pretrain").spent(Cause.FAULT));
  }

  @Test
  void theUsersErrorIsNeverTriedAgainAndStopsTheOthers() {
    submitAndSplit();
    apply(new RunFailed("e", "pretrain", 1, ExitCodes.USER_ERROR, "no such column"));
    assertEquals(ExperimentStatus.FAILED, state.status());
    RunCancelled cancelled = assertInstanceOf(RunCancelled.class, sent.getLast());
    assertEquals("embed-random", cancelled.run());
    assertEquals(RunStatus.CANCELLED, run("report").status());
  }

  @Test
  void aPreemptedRunGoesOnAndIsNotCounted() {
    submitAndSplit();
    for (int attempt = 1; attempt <= 10; attempt++) {
      apply(new RunFailed("e", "pretrain", attempt, ExitCodes.PREEMPTED, "told to stop"));
    }
    assertEquals(11, run("pretrain").attempt());
    assertEquals(0, run("pretrain").spent(Cause.FAULT));
    assertEquals(RunStatus.REQUESTED, run("pretrain").status());
  }

  @Test
  void eventsOfAnOldAttemptChangeNothing() {
    submitAndSplit();
    apply(new RunFailed("e", "pretrain", 1, 1, "crashed"));
    ExperimentState before = state;
    sent.clear();
    apply(new RunFailed("e", "pretrain", 1, 1, "the launcher says so too"));
    apply(new RunProgress("e", "pretrain", 1, "epoch", 1, 2, Map.of()));
    apply(new RunCompleted("e", "pretrain", 1, OUT, Map.of()));
    assertEquals(before, state);
    assertEquals(List.of(), sent);
  }

  @Test
  void everyEventTwiceIsTheSameAsOnce() {
    Experiments once = experiments;
    submitAndSplit();
    for (int i = 0; i < sent.size(); i++) {
      if (sent.get(i) instanceof RunRequested r) {
        Event done = completed(r);
        apply(done);
        ExperimentState after = state;
        int size = sent.size();
        state = once.apply(state, done, START).state();
        assertEquals(after, state);
        assertEquals(size, sent.size());
      }
    }
    assertEquals(ExperimentStatus.COMPLETED, state.status());
  }

  @Test
  void anyOrderOfFaultsAndPreemptionsEndsWithEveryRunDoneOnce() {
    for (int seed = 0; seed < 50; seed++) {
      state = null;
      sent.clear();
      RandomStream random = RandomStream.of(seed, "faults");
      submitAndSplit();
      Map<String, Integer> done = new HashMap<>();
      List<RunRequested> open = requests(0);
      int seen = sent.size();
      while (!open.isEmpty()) {
        RunRequested run = open.remove(random.nextInt(open.size()));
        int what = random.nextInt(4);
        if (what == 0) {
          apply(new RunFailed("e", run.run(), run.attempt(), ExitCodes.PREEMPTED, "stop"));
        } else if (what == 1 && run(run.run()).spent(Cause.FAULT) < 2) {
          apply(new RunFailed("e", run.run(), run.attempt(), 1, "crash"));
        } else {
          apply(completed(run));
          done.merge(run.run(), 1, Integer::sum);
        }
        open.addAll(requests(seen));
        seen = sent.size();
        assertTrue(state.inFlight().size() <= 2);
      }
      assertEquals(ExperimentStatus.COMPLETED, state.status());
      assertEquals(state.runs().keySet(), done.keySet());
      assertEquals(Set.of(1), new HashSet<>(done.values()));
    }
  }

  @Test
  void aCancelledExperimentStaysCancelledAndStopsItsRuns() {
    submitAndSplit();
    sent.clear();
    apply(new ExperimentCancelled("e"));
    assertEquals(ExperimentStatus.CANCELLED, state.status());
    assertEquals(2, sent.stream().filter(RunCancelled.class::isInstance).count());
    sent.clear();
    apply(new RunCompleted("e", "pretrain", 1, OUT, Map.of()));
    assertEquals(ExperimentStatus.CANCELLED, state.status());
    assertEquals(List.of(), sent);
  }

  @Test
  void aFailedSplitEndsTheExperimentWithItsReason() {
    submit();
    apply(new SplitFailed("e", splitRequest(), false, "train.csv: no column 'Effusion'"));
    assertEquals(ExperimentStatus.FAILED, state.status());
    assertEquals("split: train.csv: no column 'Effusion'", state.reason());
  }

  @Test
  void aSplitThatCannotBePlannedFailsTheExperiment() {
    submit();
    apply(new SplitCompleted("e", splitRequest(), OUT, Map.of("train", OUT), Map.of(), List.of()));
    assertEquals(ExperimentStatus.FAILED, state.status());
    assertTrue(state.reason().contains("valid"), state.reason());
  }

  @Test
  void anEndedExperimentCanBeSubmittedAgainWithFreshAttempts() {
    submitAndSplit();
    apply(new RunFailed("e", "pretrain", 1, ExitCodes.USER_ERROR, "bad option"));
    submitAndSplit();
    assertEquals(ExperimentStatus.RUNNING, state.status());
    assertEquals(2, run("pretrain").attempt());
  }

  @Test
  void whatFitsNoExperimentIsRefused() {
    assertThrows(RefusedException.class, () -> apply(new ExperimentCancelled("e")));
    assertThrows(RefusedException.class, () -> apply(new ExperimentRequested("../etc", SPEC)));
    submitAndSplit();
    assertThrows(RefusedException.class, () -> apply(new ExperimentRequested("e", SPEC)));
    assertThrows(RefusedException.class, () -> apply(new RunStarted("e", "dance", 1, "host", 1)));
  }

  private void submit() {
    apply(new ExperimentRequested("e", SPEC));
  }

  private void submitAndSplit() {
    submit();
    Map<String, URI> manifests = new LinkedHashMap<>();
    for (String name :
        List.of("train", "valid", "test", "pretrain", "train_semi_0.1-it0", "train_semi_1-it0")) {
      manifests.put(name, URI.create("file:///split/" + name + ".csv"));
    }
    apply(
        new SplitCompleted(
            "e",
            splitRequest(),
            OUT,
            manifests,
            Map.of("train", 10L),
            List.of(new Draw("train_semi_0.1-it0", 0.1, 0), new Draw("train_semi_1-it0", 1, 0))));
  }

  private String splitRequest() {
    return sent.reversed().stream()
        .filter(SplitRequested.class::isInstance)
        .findFirst()
        .orElseThrow()
        .eventId();
  }

  private void apply(Event event) {
    Transition transition = experiments.apply(state, event, START);
    state = transition.state();
    sent.addAll(transition.commands());
  }

  private List<RunRequested> requests(int from) {
    List<RunRequested> requests = new ArrayList<>();
    sent.subList(from, sent.size()).stream()
        .filter(RunRequested.class::isInstance)
        .map(RunRequested.class::cast)
        .forEach(requests::add);
    return requests;
  }

  private RunState run(String name) {
    return state.runs().get(name);
  }

  private static RunCompleted completed(RunRequested run) {
    return new RunCompleted(
        "e", run.run(), run.attempt(), run.spec().output(), Map.of("auroc", 0.8));
  }
}
