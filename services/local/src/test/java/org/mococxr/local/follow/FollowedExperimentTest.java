package org.mococxr.local.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunProgress;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.SplitProgress;
import org.mococxr.local.client.OrchestratorClient;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.Subject;

class FollowedExperimentTest {
  private static final String ID = "demo";
  private static final URI PLACE = URI.create("file:///artifacts/");

  private final FollowedExperiment experiment = new FollowedExperiment();

  @Test
  void tellsTheRunItsPlaceItsEpochItsFiguresAndTheTimeLeft() {
    experiment.take(split());
    experiment.plan(runs(RunKind.PRETRAIN, RunKind.REPORT));
    RunStarted started = new RunStarted(ID, "pretrain", 1, "host", 1);
    experiment.take(started);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", 5.25);
    figures.put("images/s", 210.0);
    experiment.take(new RunProgress(ID, "pretrain", 1, "epoch 2/4", 10, 40, figures));

    assertEquals(
        "run 1 of 2  pretrain  epoch 2/4  [=====               ] 25 %  0:32 left"
            + "  loss 5.250  images/s 210",
        experiment.line(started.time().plusSeconds(10)));
  }

  @Test
  void countsARunOnceHoweverOftenItsCompletionComes() {
    experiment.take(split());
    experiment.plan(runs(RunKind.PRETRAIN, RunKind.INTERVALS, RunKind.REPORT));
    RunCompleted done = new RunCompleted(ID, "pretrain", 1, PLACE, Map.of("loss", 4.0));
    assertEquals(Optional.of("done  pretrain  loss 4"), experiment.take(done));
    assertEquals(Optional.empty(), experiment.take(done));
    assertEquals("run 2 of 3  starting", experiment.line(Instant.now()));
  }

  @Test
  void whatComesAfterTheEndOfAnAttemptChangesNothing() {
    experiment.take(split());
    experiment.plan(runs(RunKind.PRETRAIN, RunKind.REPORT));
    RunStarted started = new RunStarted(ID, "pretrain", 2, "host", 1);
    experiment.take(started);
    experiment.take(new RunStarted(ID, "pretrain", 1, "host", 1));
    experiment.take(new RunFailed(ID, "pretrain", 1, 64, "of an attempt that was replaced"));
    assertFalse(experiment.isUsersError("pretrain: of an attempt that was replaced"));
    RunCompleted done = new RunCompleted(ID, "pretrain", 2, PLACE, Map.of("loss", 4.0));
    assertTrue(experiment.take(done).isPresent());
    experiment.take(started);
    experiment.take(new RunProgress(ID, "pretrain", 2, "epoch 4/4", 40, 40, Map.of("loss", 9.0)));
    assertEquals(Optional.empty(), experiment.take(done));
    assertEquals(Map.of("loss", 4.0), experiment.figures("pretrain"));
    assertEquals("run 2 of 2  starting", experiment.line(Instant.now()));

    // Asked for again, as when an experiment is submitted anew.
    experiment.take(new RunStarted(ID, "pretrain", 3, "host", 1));
    assertEquals(Map.of(), experiment.figures("pretrain"));
    assertTrue(experiment.line(Instant.now()).startsWith("run 1 of 2  pretrain"));
  }

  @Test
  void tellsTheUsersErrorFromAFault() {
    experiment.take(new RunFailed(ID, "pretrain", 1, 1, "out of memory"));
    assertFalse(experiment.isUsersError("pretrain: out of memory"));
    experiment.take(new RunFailed(ID, "pretrain", 2, 64, "no such option"));
    assertTrue(experiment.isUsersError("pretrain: no such option"));
  }

  @Test
  void anErrorOfTheUsersThatIsMendedIsNotTheReasonOfALaterFault() {
    experiment.take(new RunFailed(ID, "pretrain", 1, 64, "no such folder"));
    // Tried again, with the folder there.
    experiment.take(new RunStarted(ID, "pretrain", 2, "host", 1));
    experiment.take(new RunFailed(ID, "pretrain", 2, 1, "out of memory"));
    assertFalse(experiment.isUsersError("pretrain: out of memory (3 times fault)"));
  }

  @Test
  void tellsTheSplitsProgressAndFailure() {
    experiment.take(new SplitProgress(ID, "r", "reading images", 5, 10));
    assertEquals(
        "split  reading images  [==========          ] 50 %", experiment.line(Instant.now()));
    experiment.take(new SplitFailed(ID, "r", false, "no column"));
    assertTrue(experiment.isUsersError("split: no column"));
  }

  private static List<OrchestratorClient.Run> runs(RunKind... kinds) {
    return Stream.of(kinds)
        .map(
            kind ->
                new OrchestratorClient.Run(
                    Subject.NONE.run(kind), kind, Subject.NONE, "WAITING", 0, "", ""))
        .toList();
  }

  private static SplitCompleted split() {
    return new SplitCompleted(
        ID, "r", PLACE, Map.of(), Map.of("train", 10L, "test", 5L), List.of());
  }
}
