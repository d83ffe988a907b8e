package org.mococxr.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.RunCancelled;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunPending;
import org.mococxr.events.RunProgress;
import org.mococxr.events.RunRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.SplitProgress;
import org.mococxr.events.SplitRequested;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;

/** Pauses, budgets, stalls and deadlines, and answers to a split that is not asked for any more. */
class RetryTest {
  private static final URI OUT = URI.create("file:///out/");
  private static final ExperimentSpec SPEC =
      ExperimentSpec.parse("{name: e, data: {root: /data}, tasks: [Effusion]}", "test");
  private static final Policy POLICY =
      new Policy(
          // No run waits for the turn of another.
          50,
          100,
          100_000,
          Map.of(
              Cause.FAULT, new Budget(3, Duration.ofSeconds(10), Duration.ofSeconds(60)),
              Cause.STALLED, new Budget(3, Duration.ofSeconds(10), Duration.ofSeconds(60)),
              Cause.PREEMPTED, new Budget(100, Duration.ofSeconds(2), Duration.ofSeconds(300)),
              Cause.STORE, new Budget(4, Duration.ofSeconds(15), Duration.ofSeconds(20)),
              Cause.NOT_STARTED, new Budget(2, Duration.ofSeconds(60), Duration.ofSeconds(60))),
          Duration.ofMinutes(30),
          Map.of(RunKind.PRETRAIN, Duration.ofHours(72)));

  private final Experiments experiments =
      new Experiments(new Layout(URI.create("file:///store")), POLICY);
  private final List<Event> sent = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private ExperimentState state;

  @BeforeEach
  void submitAndSplit() {
    apply(new ExperimentRequested("e", SPEC));
    split();
    sent.clear();
  }

  @Test
  void anAttemptIsAskedForAfterItsPauseAndNotBefore() {
    fail(1, ExitCodes.UNKNOWN, "crashed");
    assertEquals(RunStatus.WAITING, pretrain().status());
    Duration pause = Duration.between(now, pretrain().notBefore());
    assertTrue(pause.toMillis() >= 5_000 && pause.toMillis() <= 10_000, pause.toString());
    now = pretrain().notBefore().minusMillis(1);
    tick();
    assertEquals(List.of(), requests());
    now = now.plusMillis(1);
    tick();
    assertEquals(List.of(2), requests());
    assertEquals("crashed", pretrain().reason());
    tick();
    assertEquals(List.of(2), requests());
  }

  @Test
  void preemptionsInQuickSuccessionTakeMinutesAndNotSeconds() {
    Instant start = now;
    for (int attempt = 1; attempt <= 20; attempt++) {
      fail(attempt, ExitCodes.PREEMPTED, "told to stop");
      now = pretrain().notBefore();
      tick();
    }
    assertEquals(20, pretrain().spent(Cause.PREEMPTED));
    assertEquals(0, pretrain().spent(Cause.FAULT));
    // 2 + 4 + … + 256 and twelve pauses of 300 s, each less at most a half.
    Duration all = Duration.between(start, now);
    assertTrue(all.toSeconds() >= (510 + 12 * 300) / 2, all.toString());
    assertTrue(all.toSeconds() <= 510 + 12 * 300, all.toString());
  }

  @Test
  void whoHasWorkedForLongPausesShortlyAgain() {
    for (int attempt = 1; attempt <= 8; attempt++) {
      fail(attempt, ExitCodes.PREEMPTED, "told to stop");
      now = pretrain().notBefore();
      tick();
    }
    apply(started(9));
    now = now.plus(Duration.ofHours(2));
    fail(9, ExitCodes.PREEMPTED, "told to stop");
    assertTrue(Duration.between(now, pretrain().notBefore()).toSeconds() <= 2);
  }

  @Test
  void everyCauseHasItsOwnBudget() {
    int attempt = 1;
    for (int i = 0; i < 3; i++) {
      failAndWait(attempt++, ExitCodes.STORE_UNAVAILABLE, "the store is away");
      failAndWait(attempt++, ExitCodes.PREEMPTED, "told to stop");
    }
    for (int i = 0; i < 2; i++) {
      failAndWait(attempt++, 137, "killed");
    }
    failAndWait(attempt++, ExitCodes.NOT_STARTED, "no node has a GPU");
    assertEquals(
        Map.of(Cause.STORE, 3, Cause.PREEMPTED, 3, Cause.FAULT, 2, Cause.NOT_STARTED, 1),
        pretrain().spent());
    assertEquals(ExperimentStatus.RUNNING, state.status());
    fail(attempt, ExitCodes.NOT_STARTED, "no node has a GPU");
    assertEquals(ExperimentStatus.FAILED, state.status());
    assertEquals("pretrain: no node has a GPU (2 times not started)", state.reason());
  }

  @Test
  void aTrainerThatSaysNothingIsEndedWithThatReason() {
    apply(started(1));
    now = now.plus(Duration.ofMinutes(29));
    apply(new RunProgress("e", "pretrain", 1, "epoch 1", 1, 9, Map.of()));
    now = now.plus(Duration.ofMinutes(30));
    tick();
    assertEquals(RunStatus.RUNNING, pretrain().status());
    now = now.plusMillis(1);
    tick();
    assertEquals(RunStatus.WAITING, pretrain().status());
    assertEquals("no progress for 30m", pretrain().reason());
    assertEquals(1, pretrain().spent(Cause.STALLED));
    assertEquals(
        1, sent.stream().filter(e -> e instanceof RunCancelled c && c.attempt() == 1).count());
    now = pretrain().notBefore();
    tick();
    assertEquals(List.of(2), requests());
  }

  @Test
  void aRunThatWaitsForItsTurnIsNotStalled() {
    now = now.plus(Duration.ofDays(3));
    ExperimentState before = state;
    tick();
    assertSame(before, state);
    apply(new RunPending("e", "pretrain", 1, "unschedulable: Insufficient nvidia.com/gpu"));
    assertEquals("unschedulable: Insufficient nvidia.com/gpu", pretrain().reason());
    apply(started(1));
    assertEquals(null, pretrain().reason());
  }

  @Test
  void aRunThatTakesLongerThanItsKindMayFails() {
    apply(started(1));
    now = now.plus(Duration.ofHours(72)).plusMillis(1);
    apply(new RunProgress("e", "pretrain", 1, "epoch 1", 1, 9, Map.of()));
    tick();
    assertEquals(ExperimentStatus.FAILED, state.status());
    assertEquals("pretrain: took longer than 72h", state.reason());
  }

  @Test
  void anAnswerToACancelledSplitDoesNotDecideTheNextOnes() {
    String first = state.splitRequest();
    apply(new ExperimentCancelled("e"));
    apply(new ExperimentRequested("e", SPEC));
    ExperimentState asked = state;
    apply(new SplitFailed("e", first, false, "no such column"));
    apply(new SplitProgress("e", first, "reading", 1, 2));
    apply(new SplitCompleted("e", first, OUT, Map.of(), Map.of(), List.of()));
    assertSame(asked, state);
    // A command of the past that is read again.
    apply(new SplitRequested(first, "e", now, Map.of(), OUT));
    assertSame(asked, state);
    split();
    assertEquals(ExperimentStatus.RUNNING, state.status());
  }

  private RunStarted started(int attempt) {
    return new RunStarted("id", "e", now, "pretrain", attempt, "host", 1);
  }

  private void fail(int attempt, int exitCode, String reason) {
    apply(new RunFailed("e", "pretrain", attempt, exitCode, reason));
  }

  private void failAndWait(int attempt, int exitCode, String reason) {
    fail(attempt, exitCode, reason);
    now = pretrain().notBefore();
    tick();
  }

  private RunState pretrain() {
    return state.runs().get("pretrain");
  }

  private List<Integer> requests() {
    return sent.stream()
        .filter(e -> e instanceof RunRequested r && r.run().equals("pretrain"))
        .map(e -> ((RunRequested) e).attempt())
        .toList();
  }

  private void split() {
    Map<String, URI> manifests = Map.of("train", OUT, "valid", OUT, "test", OUT);
    apply(new SplitCompleted("e", state.splitRequest(), OUT, manifests, Map.of(), List.of()));
  }

  private void apply(Event event) {
    take(experiments.apply(state, event, now));
  }

  private void tick() {
    take(experiments.tick(state, now, Instant.EPOCH));
  }

  private void take(Transition transition) {
    state = transition.state();
    sent.addAll(transition.commands());
  }
}
