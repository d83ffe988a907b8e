package org.mococxr.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.RunProgress;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.plan.PlannedRun;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;

/** One run, and what follows from several for their experiment. */
class RunStateTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void aTrainerEndsByItselfUnlessTheOrchestratorEndedIt() {
    RunState waiting = embed("random");
    RunState requested = waiting.request(START);
    RunState running = requested.start(START, START, "host");
    assertFalse(waiting.endedByItself());
    assertFalse(requested.endedByItself());
    assertFalse(running.endedByItself());
    assertTrue(running.complete(START, Map.of()).endedByItself());
    assertTrue(running.end(RunStatus.FAILED, START, "no such column").endedByItself());
    assertFalse(running.end(RunStatus.CANCELLED, START, null).endedByItself());
    assertFalse(running.again(START, null, "paused", true).endedByItself());
    assertEquals(0, running.lastEndedByItself());
    assertEquals(0, running.again(START, null, "paused", true).request(START).lastEndedByItself());
    for (Cause cause : Cause.values()) {
      boolean itself = cause != Cause.STALLED && cause != Cause.NOT_STARTED;
      RunState spent = running.spend(cause, false);
      RunState again = spent.again(START, START, "why", spent.stopped());
      assertEquals(itself, again.endedByItself(), cause + ", tried again");
      assertEquals(
          itself, spent.end(RunStatus.FAILED, START, "why").endedByItself(), cause + ", the last");
      // The next attempt is another trainer: how the one before ended does not matter.
      RunState next = again.request(START).start(START, START, "host");
      // But what that one has left may go on, and nothing that had to be stopped.
      assertEquals(itself ? 1 : 0, again.lastEndedByItself(), "" + cause);
      assertEquals(itself ? 1 : 0, again.request(START).lastEndedByItself(), "" + cause);
      assertEquals(itself ? 1 : 0, next.lastEndedByItself(), "" + cause);
      assertEquals(2, next.complete(START, Map.of()).lastEndedByItself(), "" + cause);
      assertTrue(next.end(RunStatus.FAILED, START, "no such column").endedByItself(), "" + cause);
      assertTrue(next.complete(START, Map.of()).endedByItself(), "" + cause);
    }
  }

  @Test
  void anAttemptBeganWhenItsTrainerFirstSaidSoAndWhereItSaidSo() {
    RunState run =
        embed("random")
            .request(START)
            .pending(START.plusSeconds(1), "no node")
            .start(START.plusSeconds(5), START.plusSeconds(6), "one")
            .start(START.plusSeconds(7), START.plusSeconds(8), null);
    assertEquals(START.plusSeconds(5), run.started());
    assertEquals(START.plusSeconds(8), run.heard());
    assertEquals("one", run.host());
    assertNull(run.reason());
    assertEquals(
        List.of("REQUESTED 1 null", "PENDING 1 no node", "RUNNING 1 on one"), history(run));
    RunState progressed = run.progress(progress(1, 10), START.plusSeconds(9));
    assertEquals(RunStatus.RUNNING, progressed.status());
    assertEquals(START.plusSeconds(5), progressed.started());
    assertEquals(START.plusSeconds(9), progressed.heard());
    assertEquals("one", progressed.host());
    assertEquals(1, progressed.progress().done());
    // A checkpoint is the first that is heard: where it works is not known.
    RunState silent = embed("random").request(START).start(START, START, null);
    assertEquals(List.of("REQUESTED 1 null", "RUNNING 1 null"), history(silent));
  }

  @Test
  void theHistoryTellsEveryAttemptAndWhyItFailed() {
    RunState run = embed("random").request(START).again(START, START, "crashed", false);
    run = run.request(START).end(RunStatus.FAILED, START, "no such column");
    assertEquals(
        List.of(
            "REQUESTED 1 null", "WAITING 1 crashed", "REQUESTED 2 null", "FAILED 2 no such column"),
        history(run));
    run = run.anew(START).request(START).complete(START, Map.of("auroc", 0.75));
    assertEquals(Map.of("auroc", 0.75), run.figures());
    assertEquals(
        List.of("WAITING 2 retried", "REQUESTED 3 null", "DONE 3 null"),
        history(run).subList(4, 7));
    RunState cancelled =
        embed("random").request(START).end(RunStatus.CANCELLED, START, "no node has a GPU");
    assertEquals(List.of("REQUESTED 1 null", "CANCELLED 1 null"), history(cancelled));
  }

  @Test
  void aRowOfOneCauseIsCountedUntilAnotherComesOrAnAttemptHasWorkedForLong() {
    RunState run = embed("random").spend(Cause.FAULT, false).spend(Cause.FAULT, false);
    assertEquals(2, run.inARow());
    assertEquals(1, run.spend(Cause.FAULT, true).inARow());
    RunState other = run.spend(Cause.PREEMPTED, false);
    assertEquals(1, other.inARow());
    assertEquals(Map.of(Cause.FAULT, 2, Cause.PREEMPTED, 1), other.spent());
  }

  @Test
  void halfOfTheSecondOfTwoAlikeRunsTakesHalfOfWhatTheFirstTook() {
    Instant began = START.plusSeconds(100);
    RunState first =
        embed("random").request(START).start(START, START, "h").complete(began, Map.of());
    RunState second =
        embed("moco")
            .request(began)
            .start(began, began, "h")
            .progress(progress(5, 10), began.plusSeconds(50));
    ExperimentState splitting =
        new Experiments(new Layout(URI.create("file:///store")), TestConfig.POLICY)
            .apply(
                null,
                new ExperimentRequested(
                    "e", ExperimentSpec.parse("{name: e, data: {root: /d}, tasks: [a]}", "test")),
                START)
            .state();
    assertEquals(Optional.empty(), splitting.timeLeft(START));
    assertEquals(0, splitting.share());
    ExperimentState running = splitting.running(List.of(first, second), START);
    assertEquals(Optional.of(Duration.ofSeconds(50)), running.timeLeft(began.plusSeconds(50)));
    assertEquals(0.75, running.share(), 1e-12);
    // A run that waits for its next attempt has nothing to show.
    RunState failed = second.again(began, began, "crashed", false);
    assertEquals(0.5, running.with(failed).share(), 1e-12);
    // One that works and has said nothing neither.
    RunState silent = embed("moco").request(began).start(began, began, "h");
    assertEquals(0.5, running.with(silent).share(), 1e-12);
    assertEquals(Optional.empty(), splitting.withRuns(running.runs()).timeLeft(began));
  }

  private static RunState embed(String initialisation) {
    Subject subject = Subject.of(initialisation);
    return RunState.waiting(
        new PlannedRun(
            new RunSpec(
                "e",
                subject.run(RunKind.EMBED),
                RunKind.EMBED,
                subject,
                0,
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                URI.create("file:///store/" + initialisation + "/")),
            List.of()),
        0);
  }

  private static RunProgress progress(long done, long total) {
    return new RunProgress("id", "e", START, "embed-moco", 1, "epoch 1", done, total, Map.of());
  }

  private static List<String> history(RunState run) {
    return run.history().stream()
        .map(c -> c.what() + " " + c.attempt() + " " + c.reason())
        .toList();
  }
}
