package org.mococxr.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.orchestrator.plan.PlannedRun;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** Held against a plain map, from which it must differ in speed only. */
class RunsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 65, 128, 1000})
  void itIsTheMapThatItStandsFor(int size) {
    Map<String, RunState> expected = new LinkedHashMap<>();
    IntStream.range(0, size)
        .mapToObj(i -> waiting("run" + (size - i)))
        .forEach(r -> put(expected, r));
    Runs runs = Runs.of(expected);
    assertIs(expected, runs);
    Random random = new Random(size);
    for (int step = 0; step < 300 && size > 0; step++) {
      RunState old = runs.at(random.nextInt(size));
      RunState next =
          switch (random.nextInt(4)) {
            case 0 -> old.request(NOW);
            case 1 -> old.start(NOW, NOW, "host");
            case 2 -> old.complete(NOW, Map.of());
            default -> old.end(RunStatus.CANCELLED, NOW, null);
          };
      put(expected, next);
      Runs before = runs;
      runs = runs.with(next);
      List<Integer> places = new ArrayList<>();
      runs.changed(before, places::add);
      assertEquals(List.of(new ArrayList<>(expected.keySet()).indexOf(next.name())), places);
      assertSame(old, before.get(next.name()), "a state that is held elsewhere stays as it was");
    }
    assertIs(expected, runs);
    Runs cancelled = runs.each(run -> run.end(RunStatus.CANCELLED, NOW, null));
    expected.replaceAll((name, run) -> run.end(RunStatus.CANCELLED, NOW, null));
    assertIs(expected, cancelled);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 64, 100, 200})
  void againstAnotherNumberOfRunsAllThatIsNotThereCountsAsChanged(int before) {
    List<RunState> all = IntStream.range(0, 100).mapToObj(i -> waiting("r" + i)).toList();
    List<RunState> old =
        IntStream.range(0, before).mapToObj(i -> i < 50 ? all.get(i) : waiting("old" + i)).toList();
    List<Integer> places = new ArrayList<>();
    Runs.of(all).changed(Runs.of(old), places::add);
    assertEquals(IntStream.range(Math.min(before, 50), 100).boxed().toList(), places);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 70})
  void aRunThatIsNotPlannedIsRefused(int size) {
    Runs runs = Runs.of(IntStream.range(0, size).mapToObj(i -> waiting("r" + i)).toList());
    RunState other = waiting("other");
    assertThrows(IllegalArgumentException.class, () -> runs.with(other));
    assertNull(runs.get("other"));
    assertThrows(UnsupportedOperationException.class, () -> runs.put("other", other));
    assertThrows(UnsupportedOperationException.class, () -> runs.values().clear());
  }

  private static void assertIs(Map<String, RunState> expected, Runs runs) {
    assertEquals(expected, runs);
    assertEquals(new ArrayList<>(expected.keySet()), new ArrayList<>(runs.keySet()));
    assertEquals(new ArrayList<>(expected.values()), runs.values());
    assertEquals(count(expected, RunStatus.DONE), runs.done());
    assertEquals(
        count(expected, RunStatus.REQUESTED) + count(expected, RunStatus.RUNNING), runs.inFlight());
    assertSame(runs, Runs.of((Map<String, RunState>) runs));
    assertNotSame(runs, Runs.of(expected));
  }

  private static int count(Map<String, RunState> runs, RunStatus status) {
    return (int) runs.values().stream().filter(run -> run.status() == status).count();
  }

  private static void put(Map<String, RunState> runs, RunState run) {
    runs.put(run.name(), run);
  }

  private static RunState waiting(String name) {
    RunSpec spec =
        new RunSpec(
            "e", name, RunKind.AUDIT, 0, Map.of(), Map.of(), URI.create("file:///" + name + "/"));
    return RunState.waiting(new PlannedRun(spec, List.of()), 0);
  }
}
