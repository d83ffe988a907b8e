package org.mococxr.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mococxr.events.RunProgress;

class RunProgressStateTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void theTimeLeftFollowsFromTheSpeedSinceTheCountingBegan() {
    // Resumed at 50 of 100: 10 units in 20 s leave 40 units, 80 s.
    RunProgressState state = RunProgressState.after(null, progress(0, 50, 100));
    assertEquals(Optional.empty(), state.left());
    state = RunProgressState.after(state, progress(10, 55, 100));
    state = RunProgressState.after(state, progress(20, 60, 100));
    assertEquals(Optional.of(Duration.ofSeconds(80)), state.left());
  }

  @Test
  void whoSaysTheSameAgainBecomesSlower() {
    RunProgressState state = RunProgressState.after(null, progress(0, 50, 100));
    state = RunProgressState.after(state, progress(20, 60, 100));
    // 10 units in 30 s leave 40 units, 120 s.
    state = RunProgressState.after(state, progress(30, 60, 100));
    assertEquals(Optional.of(Duration.ofSeconds(120)), state.left());
  }

  @Test
  void anotherStageCountsAnew() {
    RunProgressState state = RunProgressState.after(null, progress(0, 0, 100));
    state = RunProgressState.after(state, progress(10, 100, 100));
    assertEquals(Optional.of(Duration.ZERO), state.left());
    state = RunProgressState.after(state, progress(20, 0, 8));
    assertEquals(Optional.empty(), state.left());
    state = RunProgressState.after(state, progress(22, 2, 8));
    assertEquals(Optional.of(Duration.ofSeconds(6)), state.left());
  }

  @Test
  void whatHasNoTotalHasNoTimeLeft() {
    RunProgressState state = RunProgressState.after(null, progress(0, 0, 0));
    assertEquals(Optional.empty(), RunProgressState.after(state, progress(5, 9, 0)).left());
  }

  private static RunProgress progress(long second, long done, long total) {
    return new RunProgress(
        "id", "e", START.plusSeconds(second), "pretrain", 1, "stage", done, total, Map.of());
  }
}
