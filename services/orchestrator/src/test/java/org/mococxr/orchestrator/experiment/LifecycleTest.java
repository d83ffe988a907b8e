package org.mococxr.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentPaused;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ExperimentResumed;
import org.mococxr.events.ExperimentRetried;
import org.mococxr.events.RunCancelled;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.SplitRequested;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.testing.Splits;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;

/** What a user may ask of an experiment that is under way or has ended. */
class LifecycleTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final Experiments experiments =
      new Experiments(new Layout(URI.create("file:///store")), TestConfig.POLICY);

  private ExperimentState state;
  private List<Event> commands = List.of();

  private void tell(Event event) {
    Transition next = experiments.apply(state, event, NOW);
    state = next.state();
    commands = next.commands();
  }

  private List<String> requested() {
    return commands.stream()
        .filter(RunRequested.class::isInstance)
        .map(command -> ((RunRequested) command).run())
        .toList();
  }

  private void submit(String more) {
    String yaml =
        "name: e\ndata: {root: /d}\ntasks: [a]\ninitialisations: [random, {name: moco, weights:"
            + " 'file:///w'}]\nmodes: [linear]\n";
    tell(new ExperimentRequested("e", ExperimentSpec.parse(yaml + more, "test")));
  }

  private void split() {
    tell(Splits.completed(state));
  }

  private void complete(String run) {
    int attempt = state.runs().get(run).attempt();
    tell(new RunCompleted("e", run, attempt, URI.create("file:///o/"), Map.of()));
  }

  @Test
  void aPausedExperimentHasNoRunInFlightAndLosesNothing() {
    submit("");
    split();
    tell(new RunStarted("e", "embed-random", 1, "host", 1));
    tell(new ExperimentPaused("e"));
    assertEquals(
        List.of("embed-random", "embed-moco"),
        commands.stream().map(command -> ((RunCancelled) command).run()).toList());
    assertTrue(state.paused());
    assertEquals(ExperimentStatus.RUNNING, state.status());
    assertEquals(List.of(), state.inFlight());
    // Its trainer does not exit by itself: it has to be stopped at once.
    assertFalse(state.runs().get("embed-random").endedByItself());
    // What the stopped trainer still says changes nothing, and no time makes it go on.
    ExperimentState paused = state;
    tell(new RunFailed("e", "embed-random", 1, 75, "preempted; a checkpoint is written"));
    assertSame(paused, state);
    assertSame(paused, experiments.tick(state, NOW.plusSeconds(1_000_000), NOW).state());
    ExperimentPaused twice = new ExperimentPaused("e");
    tell(twice);
    assertEquals(paused.take(twice), state);
    assertEquals(List.of(), commands);

    tell(new ExperimentResumed("e"));
    assertEquals(List.of("embed-random", "embed-moco"), requested());
    assertEquals(2, state.runs().get("embed-random").attempt());
    assertEquals(Map.of(), state.runs().get("embed-random").spent());
    assertEquals(
        List.of("REQUESTED", "RUNNING", "WAITING paused", "REQUESTED"), said("embed-random"));
  }

  private List<String> said(String run) {
    return state.runs().get(run).history().stream()
        .map(c -> c.what() + ("WAITING".equals(c.what()) ? " " + c.reason() : ""))
        .toList();
  }

  @Test
  void anExperimentMayBeginPausedAndItsSplitIsMadeMeanwhile() {
    submit("suspend: true\n");
    assertTrue(commands.getFirst() instanceof SplitRequested);
    split();
    assertEquals(List.of(), commands);
    assertEquals(ExperimentStatus.RUNNING, state.status());
    tell(new ExperimentResumed("e"));
    assertEquals(2, requested().size());
  }

  @Test
  void noMoreRunsAreInFlightThanTheExperimentAllows() {
    submit("parallelism: 1\n");
    split();
    assertEquals(List.of("embed-random"), requested());
    complete("embed-random");
    assertEquals(1, requested().size());
    assertEquals(1, state.inFlight().size());
  }

  @Test
  void aFailedExperimentGoesOnWithWhatIsNotDone() {
    submit("");
    split();
    complete("embed-random");
    tell(new RunFailed("e", "embed-moco", 1, 64, "the weights are not there"));
    assertEquals(ExperimentStatus.FAILED, state.status());

    tell(new ExperimentRetried("e"));
    assertEquals(ExperimentStatus.RUNNING, state.status());
    assertEquals(RunStatus.DONE, state.runs().get("embed-random").status());
    assertTrue(requested().contains("embed-moco"), requested().toString());
    assertEquals(2, state.runs().get("embed-moco").attempt());
    for (RunState run : new ArrayList<>(state.runs().values())) {
      if (run.status() != RunStatus.DONE) {
        complete(run.name());
      }
    }
    while (state.status() == ExperimentStatus.RUNNING) {
      complete(state.inFlight().getFirst().name());
    }
    assertEquals(ExperimentStatus.COMPLETED, state.status());
    assertEquals(
        List.of(
            "SPLITTING",
            "RUNNING %d runs".formatted(state.runs().size()),
            "FAILED embed-moco: the weights are not there",
            "RUNNING retried",
            "COMPLETED"),
        state.history().stream()
            .map(c -> c.what() + (c.reason() == null ? "" : " " + c.reason()))
            .toList());
    assertThrows(RefusedException.class, () -> tell(new ExperimentRetried("e")));
  }

  @Test
  void aFailedSplitIsTriedAgain() {
    submit("");
    String first = state.splitRequest();
    tell(new SplitFailed("e", first, false, "no images"));
    assertEquals(ExperimentStatus.FAILED, state.status());
    tell(new ExperimentRetried("e"));
    assertEquals(ExperimentStatus.SPLITTING, state.status());
    String second = ((SplitRequested) commands.getFirst()).eventId();
    assertFalse(second.equals(first));
    tell(new SplitFailed("e", first, false, "late"));
    assertEquals(ExperimentStatus.SPLITTING, state.status());
  }

  @Test
  void aCancelledExperimentCanGoOnAndOneUnderWayIsNotDisturbed() {
    submit("");
    split();
    ExperimentState running = state;
    ExperimentRetried early = new ExperimentRetried("e");
    tell(early);
    assertEquals(running.take(early), state);
    tell(new ExperimentCancelled("e"));
    tell(new ExperimentPaused("e"));
    assertFalse(state.paused());
    tell(new ExperimentRetried("e"));
    assertEquals(2, state.inFlight().size());
  }

  @Test
  void whatAUserAskedForCountsOnceHoweverLateItComesAgain() {
    submit("");
    split();
    ExperimentPaused paused = new ExperimentPaused("e");
    ExperimentResumed resumed = new ExperimentResumed("e");
    ExperimentCancelled cancelled = new ExperimentCancelled("e");
    ExperimentRetried retried = new ExperimentRetried("e");
    List<Event> asked = List.of(paused, resumed, cancelled, retried);
    asked.forEach(this::tell);
    again(asked);
    tell(new ExperimentPaused("e"));
    again(asked);
    tell(new ExperimentResumed("e"));
    tell(new ExperimentCancelled("e"));
    assertEquals(ExperimentStatus.CANCELLED, state.status());
    again(asked);
    // The latest are kept, and no more of them than a record can hold.
    for (int i = 0; i < 100; i++) {
      tell(new ExperimentPaused("e"));
    }
    assertEquals(50, state.answered().size());
  }

  @Test
  void whatTrainersOfAnEarlierSubmissionStillSayChangesNothing() {
    submit("");
    split();
    tell(new RunStarted("e", "embed-random", 1, "host", 1));
    tell(new ExperimentCancelled("e"));
    submit("seed: 5\n");
    RunFailed late =
        new RunFailed("e", "embed-random", 1, 75, "preempted; a checkpoint is written");
    again(List.of(late));
    assertThrows(
        RefusedException.class,
        () -> tell(new RunFailed("e", "embed-random", 2, 75, "of no attempt that there was")));
    split();
    again(List.of(late));
  }

  @Test
  void aSubmissionOfThePastBeginsNothingWhenItComesAgain() {
    ExperimentSpec spec = ExperimentSpec.parse("name: e\ndata: {root: /d}\ntasks: [a]\n", "test");
    ExperimentRequested first = new ExperimentRequested("e", spec);
    tell(first);
    tell(new SplitFailed("e", state.splitRequest(), false, "no such folder"));
    tell(new ExperimentRetried("e"));
    again(List.of(first));
    tell(new ExperimentCancelled("e"));
    again(List.of(first));
    ExperimentRequested second = new ExperimentRequested("e", spec);
    tell(second);
    again(List.of(first, second));
    tell(new ExperimentCancelled("e"));
    again(List.of(second, first));
    // A resource that has its former content back asks with its former id, later.
    tell(new ExperimentRequested(first.eventId(), "e", first.time().plusSeconds(1), spec));
    assertEquals(ExperimentStatus.SPLITTING, state.status());
    assertEquals(first.eventId(), state.request());
  }

  private void again(List<Event> asked) {
    for (Event event : asked) {
      ExperimentState before = state;
      tell(event);
      assertSame(before, state, event.toString());
      assertEquals(List.of(), commands);
    }
  }
}
