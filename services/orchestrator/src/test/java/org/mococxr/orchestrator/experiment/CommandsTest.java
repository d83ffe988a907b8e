package org.mococxr.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentEvent;
import org.mococxr.events.ExperimentPaused;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ExperimentResumed;
import org.mococxr.events.ExperimentRetried;
import org.mococxr.events.ModelPublished;
import org.mococxr.events.RunCancelled;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.SplitProgress;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.data.Draw;

/** The order and the ids of commands, and what comes twice, too late or from the service itself. */
class CommandsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final URI OUT = URI.create("file:///out/");
  private static final ExperimentSpec SPEC =
      ExperimentSpec.parse("{name: e, data: {root: /data}, tasks: [Effusion]}", "test");

  private final Experiments experiments =
      new Experiments(new Layout(URI.create("file:///store")), TestConfig.POLICY);
  private final List<Event> sent = new ArrayList<>();
  private ExperimentState state;

  @Test
  void aRunIsAskedForWhenWhatItReadsIsDoneAndNoTwoCommandsHaveOneId() {
    submitAndSplit();
    for (int i = 0; i < sent.size(); i++) {
      if (sent.get(i) instanceof RunRequested r) {
        for (String before : state.runs().get(r.run()).planned().after()) {
          assertEquals(RunStatus.DONE, state.runs().get(before).status(), r.run() + ": " + before);
        }
        if (r.attempt() == 1) {
          tell(new RunFailed("e", r.run(), 1, 1, "crashed"));
        } else {
          tell(new RunCompleted("e", r.run(), 2, r.spec().output(), Map.of()));
        }
      }
    }
    assertEquals(ExperimentStatus.COMPLETED, state.status());
    List<String> ids = sent.stream().map(Event::eventId).toList();
    // The split, each run twice, and the model.
    assertEquals(2 + 2 * state.runs().size(), ids.size());
    assertEquals(ids.size(), new HashSet<>(ids).size());
    RunRequested export =
        (RunRequested)
            sent.stream()
                .filter(e -> e instanceof RunRequested r && r.run().equals("export"))
                .findFirst()
                .orElseThrow();
    ModelPublished model =
        (ModelPublished)
            sent.stream().filter(ModelPublished.class::isInstance).findFirst().orElseThrow();
    assertEquals(export.spec().options().get("version"), model.version());
  }

  @Test
  void theSameStepTakenLaterMakesCommandsOfTheSameIds() {
    submitAndSplit();
    for (Event event :
        List.of(
            new RunFailed("e", "pretrain", 1, 1, "crashed"),
            new ExperimentPaused("e"),
            new ExperimentCancelled("e"))) {
      List<String> once = ids(experiments.apply(state, event, NOW));
      assertTrue(!once.isEmpty());
      assertEquals(once, ids(experiments.apply(state, event, NOW.plusSeconds(60))));
    }
  }

  @Test
  void aRequestThatComesTwiceChangesNothing() {
    ExperimentRequested request = new ExperimentRequested("e", SPEC);
    tell(request);
    unchangedBy(request);
    tell(new ExperimentCancelled("e"));
    unchangedBy(request);
    ExperimentRetried retried = new ExperimentRetried("e");
    tell(retried);
    assertEquals(ExperimentStatus.SPLITTING, state.status());
    tell(new SplitFailed("e", state.splitRequest(), false, "no images"));
    unchangedBy(retried);
  }

  @Test
  void theServicesOwnCommandsAndWhatComesTooLateChangeNothing() {
    submitAndSplit();
    sent.stream().filter(event -> !(event instanceof SplitCompleted)).forEach(this::unchangedBy);
    unchangedBy(new SplitFailed("e", state.splitRequest(), false, "late"));
    unchangedBy(new SplitProgress("e", state.splitRequest(), "reading", 1, 2));
    unchangedBy(answer());
    onlyAnswered(new ExperimentResumed("e"));
    unchangedBy(new RunCancelled("e", "pretrain", 1));
    unchangedBy(new ModelPublished("e", "e", "1", OUT, ""));
    tell(new RunFailed("e", "pretrain", 1, 64, "no such column"));
    for (ExperimentStatus ended :
        List.of(ExperimentStatus.COMPLETED, ExperimentStatus.FAILED, ExperimentStatus.CANCELLED)) {
      state = state.end(ended, NOW, null);
      unchangedBy(new RunStarted("e", "embed-random", 1, "host", 1));
      onlyAnswered(new ExperimentPaused("e"));
      assertSame(state, experiments.tick(state, NOW.plusSeconds(1_000_000), NOW).state());
    }
  }

  @Test
  void theSplitsProgressIsShownAndItsImagesAreCountedWithoutTheDraws() {
    tell(new ExperimentRequested("e", SPEC));
    assertEquals(new SplitState("requested", 0, 0, null, Map.of()), state.split());
    assertSame(state, experiments.tick(state, NOW.plusSeconds(1_000_000), NOW).state());
    tell(new SplitProgress("e", state.splitRequest(), "reading", 3, 8));
    assertEquals(new SplitState("reading", 3, 8, null, Map.of()), state.split());
    tell(answer());
    assertEquals(
        new SplitState("done", 1, 1, OUT, Map.of("train", 10L, "test", 5L)), state.split());
  }

  @Test
  void pausesAreInTheHistoryOfTheExperiment() {
    submitAndSplit();
    tell(new ExperimentPaused("e"));
    tell(new ExperimentResumed("e"));
    assertEquals(
        List.of("SPLITTING", "RUNNING", "PAUSED", "RESUMED"),
        state.history().stream().map(Change::what).toList());
  }

  @Test
  void anExperimentThatCannotGoOnStopsWhatIsInFlightAndKeepsWhatIsDone() {
    submitAndSplit();
    tell(new RunCompleted("e", "pretrain", 1, OUT, Map.of("loss", 0.5)));
    List<String> inFlight = state.inFlight().stream().map(RunState::name).toList();
    Transition failed = Experiments.fail(state, "too large", NOW);
    assertEquals(ExperimentStatus.FAILED, failed.state().status());
    assertEquals("too large", failed.state().reason());
    assertEquals(NOW, failed.state().ended());
    assertEquals(inFlight, failed.commands().stream().map(c -> ((RunCancelled) c).run()).toList());
    for (RunState run : failed.state().runs().values()) {
      RunStatus expected = run.name().equals("pretrain") ? RunStatus.DONE : RunStatus.CANCELLED;
      assertEquals(expected, run.status(), run.name());
    }
    assertEquals(Map.of("loss", 0.5), failed.state().runs().get("pretrain").figures());
  }

  @Test
  void whoSaysNothingForAnHourAndAHalfIsEndedInTheseWords() {
    Policy policy =
        new Policy(2, 1000, 1 << 18, TestConfig.POLICY.budgets(), Duration.ofMinutes(90), Map.of());
    submitAndSplit();
    tell(new RunStarted("e", "pretrain", 1, "host", 1));
    Transition ended =
        new Experiments(new Layout(URI.create("file:///store")), policy)
            .tick(state, NOW.plus(Duration.ofMinutes(90)).plusMillis(1), NOW);
    RunState run = ended.state().runs().get("pretrain");
    assertEquals("no progress for 1h 30m", run.reason());
    // There is no pause, so that the next attempt is asked for with the end of the last.
    assertEquals(2, run.attempt());
    assertEquals(
        List.of("RunCancelled 1", "RunRequested 2"),
        ended.commands().stream()
            .map(
                c ->
                    c.getClass().getSimpleName()
                        + " "
                        + (c instanceof RunCancelled r
                            ? r.attempt()
                            : ((RunRequested) c).attempt()))
            .toList());
  }

  /** After an outage of Kafka, or while no orchestrator worked, it may have spoken unheard. */
  @Test
  void silenceBeginsWhereEventsAreHeard() {
    Policy policy =
        new Policy(2, 1000, 1 << 18, TestConfig.POLICY.budgets(), Duration.ofMinutes(90), Map.of());
    Experiments patient = new Experiments(new Layout(URI.create("file:///store")), policy);
    submitAndSplit();
    tell(new RunStarted("e", "pretrain", 1, "host", 1));
    Instant back = NOW.plus(Duration.ofHours(3));
    Instant limit = back.plus(Duration.ofMinutes(90));
    assertSame(state, patient.tick(state, back, back).state());
    assertSame(state, patient.tick(state, limit, back).state());
    RunState ended = patient.tick(state, limit.plusMillis(1), back).state().runs().get("pretrain");
    assertEquals("no progress for 1h 30m", ended.reason());
  }

  /** Its end in time may be told by the launcher only now. */
  @Test
  void aDeadlineThatPassedUnheardIsLookedAtAMinuteLater() {
    Policy policy =
        new Policy(
            2,
            1000,
            1 << 18,
            TestConfig.POLICY.budgets(),
            Duration.ofDays(9),
            Map.of(RunKind.PRETRAIN, Duration.ofHours(1)));
    Experiments strict = new Experiments(new Layout(URI.create("file:///store")), policy);
    submitAndSplit();
    tell(new RunStarted("1", "e", NOW, "pretrain", 1, "host", 1));
    Instant back = NOW.plus(Duration.ofHours(3));
    Instant minute = back.plus(Duration.ofMinutes(1));
    assertSame(state, strict.tick(state, minute, back).state());
    ExperimentState ended = strict.tick(state, minute.plusMillis(1), back).state();
    assertEquals("pretrain: took longer than 1h", ended.reason());
  }

  private void submitAndSplit() {
    tell(new ExperimentRequested("e", SPEC));
    tell(answer());
  }

  private SplitCompleted answer() {
    Map<String, URI> manifests = new LinkedHashMap<>();
    for (String name : List.of("train", "valid", "test", "a", "b")) {
      manifests.put(name, URI.create("file:///split/" + name + ".csv"));
    }
    return new SplitCompleted(
        "e",
        state.splitRequest(),
        OUT,
        manifests,
        Map.of("train", 10L, "test", 5L, "a", 1L, "b", 10L),
        List.of(new Draw("a", 0.1, 0), new Draw("b", 1, 0)));
  }

  private void tell(Event event) {
    Transition transition = experiments.apply(state, event, NOW);
    state = transition.state();
    sent.addAll(transition.commands());
  }

  private void onlyAnswered(ExperimentEvent event) {
    Transition transition = experiments.apply(state, event, NOW);
    assertEquals(state.take(event), transition.state());
    assertEquals(List.of(), transition.commands());
  }

  private void unchangedBy(Event event) {
    Transition transition = experiments.apply(state, event, NOW);
    assertSame(state, transition.state());
    assertEquals(List.of(), transition.commands());
  }

  private static List<String> ids(Transition transition) {
    return transition.commands().stream().map(Event::eventId).toList();
  }
}
