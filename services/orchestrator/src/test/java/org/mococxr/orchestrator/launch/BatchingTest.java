package org.mococxr.orchestrator.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mococxr.orchestrator.testing.TestClock;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

class BatchingTest {
  private final TestClock clock = new TestClock();
  private final Batching batching =
      new Batching(
          TestConfig.of(
                  "kafka:9092",
                  Path.of("/tmp"),
                  Map.of("kubernetes.batches.finetune", "3", "kubernetes.batch-wait", "10s"))
              .kubernetes(),
          run -> run.spec().run() + "-" + run.attempt(),
          clock);

  private static List<Wanted> runs(String experiment, RunKind kind, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                new Wanted(
                    new RunSpec(
                        experiment,
                        kind.word() + i,
                        kind,
                        i,
                        Map.of(),
                        Map.of(),
                        URI.create("s3://lab/" + experiment + "/" + kind + i + "/")),
                    1))
        .toList();
  }

  private List<List<String>> ready(List<Wanted> runs) {
    return batching.ready(runs).stream()
        .map(batch -> batch.runs().stream().map(Wanted::key).toList())
        .toList();
  }

  @Test
  void asManyAsShareAJobBeginAtOnceAndTheRestWaitForOthers() {
    List<Wanted> seven = runs("e", RunKind.FINETUNE, 0, 7);
    assertEquals(
        List.of(
            List.of("e/finetune0", "e/finetune1", "e/finetune2"),
            List.of("e/finetune3", "e/finetune4", "e/finetune5")),
        ready(seven));
    List<Wanted> rest = seven.subList(6, 7);
    assertEquals(List.of(), ready(rest));
    clock.pass(Duration.ofSeconds(9));
    assertEquals(List.of(), ready(runs("e", RunKind.FINETUNE, 6, 8)));
    clock.pass(Duration.ofSeconds(1));
    assertEquals(
        List.of(List.of("e/finetune6", "e/finetune7")), ready(runs("e", RunKind.FINETUNE, 6, 8)));
  }

  @Test
  void otherKindsBeginAtOnceAndExperimentsAreNotMixed() {
    List<Wanted> mixed = new ArrayList<>(runs("a", RunKind.FINETUNE, 0, 2));
    mixed.addAll(runs("b", RunKind.FINETUNE, 0, 2));
    mixed.addAll(runs("a", RunKind.EMBED, 0, 2));
    assertEquals(List.of(List.of("a/embed0"), List.of("a/embed1")), ready(mixed));
  }

  @Test
  void aJobOfOneHasTheNameOfItsAttemptAndASharedOneANameOfItsOwn() {
    List<Wanted> three = runs("e", RunKind.FINETUNE, 0, 3);
    Batch shared = batching.ready(three).getFirst();
    assertTrue(shared.job().matches("mococxr-b-[0-9a-f]{16}"), shared.job());
    assertNotEquals(
        shared.job(), batching.ready(runs("e", RunKind.FINETUNE, 1, 4)).getFirst().job());
    assertEquals("embed0-1", batching.ready(runs("e", RunKind.EMBED, 0, 1)).getFirst().job());
  }

  @Test
  void membersAreReadAsTheyWereWritten() {
    List<Batch.Member> members =
        List.of(new Batch.Member("a-1", 1, "one"), new Batch.Member("b-12", 12, "another run"));
    assertEquals(members, Batch.read(Batch.write(members)));
  }
}
