package org.mococxr.specs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mococxr.specs.training.Mode;

class TimeLeftTest {
  private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

  @Test
  void isUnknownBeforeAnythingHasBeenMeasured() {
    assertEquals(Optional.empty(), left(0, waiting(RunKind.PRETRAIN)));
  }

  @Test
  void ofARunAtWorkFollowsFromItsShare() {
    // An eighth took 30 s, so seven eighths take 210 s.
    assertEquals(
        Optional.of(Duration.ofSeconds(210)),
        left(30, new TimeLeft.Work(RunKind.PRETRAIN, Subject.NONE, START, null, 0.125)));
  }

  @Test
  void gettingTheImagesReadyIsNoShareOfTheRun() {
    assertEquals(0, TimeLeft.share("decoding images", 9, 10));
    assertEquals(0.5, TimeLeft.share("epoch 1/4", 5, 10));
    assertEquals(0, TimeLeft.share("training", 5, 0));
    assertEquals(
        Optional.empty(),
        left(30, new TimeLeft.Work(RunKind.PRETRAIN, Subject.NONE, START, null, 0)));
  }

  @Test
  void ofTheSameGroupIsWhatItsFirstRunTook() {
    assertEquals(
        Optional.of(Duration.ofSeconds(14)),
        left(
            7,
            ended(RunKind.FINETUNE, linear("moco", 0.1, 0), 7),
            fineTuning(linear("random", 0.1, 0), null, 0),
            fineTuning(linear("moco", 0.1, 12), null, 0)));
  }

  @Test
  void ofOtherGroupsScalesWithThePaceOfThisMachine() {
    // Usual are 150 s and 8 s: this machine takes twice as long.
    assertEquals(
        Optional.of(Duration.ofSeconds(16)),
        left(300, ended(RunKind.PRETRAIN, Subject.NONE, 300), waiting(RunKind.REPORT)));
  }

  @Test
  void aLinearProbeIsExpectedToTakeLessThanFineTuningTheWholeNetwork() {
    // Usual are 4 s and 15 s.
    assertEquals(
        Optional.of(Duration.ofSeconds(30)),
        left(
            8,
            ended(RunKind.FINETUNE, linear("moco", 0.1, 0), 8),
            fineTuning(new Subject("moco", Mode.END_TO_END.text(), 0.1, 0), null, 0)));
  }

  @Test
  void isSharedAmongRunsAtTheSameTime() {
    assertEquals(
        Optional.of(Duration.ofSeconds(10)),
        left(
            10,
            fineTuning(linear("a", 1, 0), START, 0.5),
            fineTuning(linear("b", 1, 0), START, 0.5)));
  }

  private static Optional<Duration> left(long seconds, TimeLeft.Work... runs) {
    return TimeLeft.estimate(List.of(runs), START.plusSeconds(seconds));
  }

  private static Subject linear(String initialisation, double fraction, int draw) {
    return new Subject(initialisation, Mode.LINEAR.text(), fraction, draw);
  }

  private static TimeLeft.Work waiting(RunKind kind) {
    return new TimeLeft.Work(kind, Subject.NONE, null, null, 0);
  }

  private static TimeLeft.Work fineTuning(Subject subject, Instant started, double share) {
    return new TimeLeft.Work(RunKind.FINETUNE, subject, started, null, share);
  }

  private static TimeLeft.Work ended(RunKind kind, Subject subject, long seconds) {
    return new TimeLeft.Work(kind, subject, START, START.plusSeconds(seconds), 0);
  }
}
