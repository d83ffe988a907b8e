package org.mococxr.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangeTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void theSameAgainIsNotWrittenTwice() {
    Change first = new Change(START, "PENDING", 1, "no node");
    List<Change> history = Change.plus(List.of(), first);
    assertEquals(List.of(first), history);
    // The time alone makes no other change.
    assertEquals(
        history, Change.plus(history, new Change(START.plusSeconds(1), "PENDING", 1, "no node")));
    for (Change other :
        List.of(
            new Change(START, "WAITING", 1, "no node"),
            new Change(START, "PENDING", 2, "no node"),
            new Change(START, "PENDING", 1, "no image"),
            new Change(START, "PENDING", 1, null))) {
      assertEquals(List.of(first, other), Change.plus(history, other));
    }
  }

  @Test
  void sixtyAreKeptTheFirstThirtyAndTheLastThirty() {
    List<Change> history = List.of();
    for (int attempt = 1; attempt <= 60; attempt++) {
      history = Change.plus(history, new Change(START, "REQUESTED", attempt, null));
    }
    assertEquals(attempts(1, 60), attempts(history));
    for (int attempt = 61; attempt <= 100; attempt++) {
      history = Change.plus(history, new Change(START, "REQUESTED", attempt, null));
    }
    List<Integer> expected = new ArrayList<>(attempts(1, 30));
    expected.addAll(attempts(71, 100));
    assertEquals(expected, attempts(history));
  }

  private static List<Integer> attempts(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  private static List<Integer> attempts(List<Change> history) {
    return history.stream().map(Change::attempt).toList();
  }
}
