package org.mococxr.local.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
  private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

  @Test
  void isUnknownBeforeAnythingHasBeenMeasured() {
    assertEquals(Optional.empty(), TimeLeft.estimate(List.of("pretrain"), Map.of(), START));
  }

  @Test
  void ofARunAtWorkFollowsFromItsShare() {
    Map<String, FollowedRun> known =
        runs(FollowedRun.named("pretrain").start(START).progress("epoch 1/4", 1, 8, Map.of()));
    // An eighth took 30 s, so seven eighths take 210 s.
    assertEquals(
        Optional.of(Duration.ofSeconds(210)),
        TimeLeft.estimate(List.of("pretrain"), known, START.plusSeconds(30)));
  }

  @Test
  void isUnknownWhileImagesAreOnlyMadeReady() {
    Map<String, FollowedRun> known =
        runs(
            FollowedRun.named("pretrain")
                .start(START)
                .progress("decoding images", 9, 10, Map.of()));
    assertEquals(
        Optional.empty(), TimeLeft.estimate(List.of("pretrain"), known, START.plusSeconds(30)));
  }

  @Test
  void ofTheSameGroupIsWhatItsFirstRunTook() {
    Map<String, FollowedRun> known =
        runs(
            FollowedRun.named("finetune-moco-linear-0.1-it0")
                .start(START)
                .end(START.plusSeconds(7), Map.of()));
    List<String> planned =
        List.of(
            "finetune-moco-linear-0.1-it0",
            "finetune-random-linear-0.1-it0",
            "finetune-moco-linear-0.1-it12");
    assertEquals(Optional.of(Duration.ofSeconds(14)), TimeLeft.estimate(planned, known, START));
  }

  @Test
  void ofOtherGroupsScalesWithThePaceOfThisMachine() {
    // Usual are 150 s and 8 s: this machine takes twice as long.
    Map<String, FollowedRun> known =
        runs(FollowedRun.named("pretrain").start(START).end(START.plusSeconds(300), Map.of()));
    assertEquals(
        Optional.of(Duration.ofSeconds(16)),
        TimeLeft.estimate(List.of("pretrain", "report"), known, START));
  }

  @Test
  void isSharedAmongRunsAtTheSameTime() {
    Map<String, FollowedRun> known =
        runs(
            FollowedRun.named("finetune-a-linear-1-it0")
                .start(START)
                .progress("training", 1, 2, Map.of()),
            FollowedRun.named("finetune-b-linear-1-it0")
                .start(START)
                .progress("training", 1, 2, Map.of()));
    assertEquals(
        Optional.of(Duration.ofSeconds(10)),
        TimeLeft.estimate(List.copyOf(known.keySet()), known, START.plusSeconds(10)));
  }

  private static Map<String, FollowedRun> runs(FollowedRun... runs) {
    Map<String, FollowedRun> all = new LinkedHashMap<>();
    for (FollowedRun run : runs) {
      all.put(run.name(), run);
    }
    return all;
  }
}
