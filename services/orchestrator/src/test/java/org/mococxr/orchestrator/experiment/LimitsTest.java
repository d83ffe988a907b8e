package org.mococxr.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.SplitCompleted;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.plan.RunPlan;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.data.Draw;

/** What is just allowed, and what is just too much. */
class LimitsTest {
  private static final Map<Cause, Budget> BUDGETS = TestConfig.POLICY.budgets();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final ExperimentSpec SPEC =
      ExperimentSpec.parse("{name: e, data: {root: /data}, tasks: [Effusion]}", "test");
  private static final int BYTES = SPEC.toJson().getBytes(StandardCharsets.UTF_8).length;
  private static final int RUNS = Math.toIntExact(RunPlan.expected(SPEC));

  @Test
  void aLimitIsAtLeastOne() {
    assertEquals(1, policy(1, 1, 1).maxRuns());
    assertThrows(IllegalArgumentException.class, () -> policy(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> policy(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> policy(1, 1, 0));
  }

  @Test
  void everyCauseNeedsABudget() {
    for (Cause cause : Cause.values()) {
      Map<Cause, Budget> others = new HashMap<>(BUDGETS);
      others.remove(cause);
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> new Policy(1, 1, 1, others, Duration.ofMinutes(1), Map.of()));
      assertEquals("no budget for " + cause, refused.getMessage());
    }
  }

  @Test
  void aBudgetHasAnAttemptAndDelaysThatGrow() {
    Duration second = Duration.ofSeconds(1);
    assertEquals(1, new Budget(1, Duration.ZERO, Duration.ZERO).attempts());
    assertEquals(second, new Budget(1, second, second).longestDelay());
    assertThrows(IllegalArgumentException.class, () -> new Budget(0, second, second));
    assertThrows(IllegalArgumentException.class, () -> new Budget(1, second.negated(), second));
    assertThrows(IllegalArgumentException.class, () -> new Budget(1, second.plusMillis(1), second));
  }

  @Test
  void aPauseDoublesUpToTheLongestAndLosesAtMostHalf() {
    Budget budget = new Budget(9, Duration.ofSeconds(10), Duration.ofSeconds(60));
    long[] whole = {10_000, 20_000, 40_000, 60_000, 60_000};
    double least = 1;
    double most = 0;
    for (int ended = 1; ended <= whole.length; ended++) {
      for (int run = 0; run < 100; run++) {
        double part = (double) budget.delay(ended, "run " + run).toMillis() / whole[ended - 1];
        least = Math.min(least, part);
        most = Math.max(most, part);
        assertEquals(budget.delay(ended, "run " + run), budget.delay(ended, "run " + run));
      }
    }
    // The part is uniform on [0.5, 1]: of 500 some are in the outer tenths.
    assertTrue(least >= 0.5 && least < 0.55, "least " + least);
    assertTrue(most <= 1 && most > 0.95, "most " + most);
  }

  @Test
  void aSpecificationMayHaveTheLimitsBytesAndNoMore() {
    Bounds.require(SPEC, policy(1, RUNS, BYTES));
    UserErrorException refused =
        assertThrows(
            UserErrorException.class, () -> Bounds.require(SPEC, policy(1, RUNS, BYTES - 1)));
    assertTrue(refused.getMessage().contains("max-spec-bytes"), refused.getMessage());
  }

  @Test
  void anExperimentMayHaveTheLimitsRunsAndNoMore() {
    Experiments exact = new Experiments(layout(), policy(1, RUNS, BYTES));
    Experiments small = new Experiments(layout(), policy(1, RUNS - 1, BYTES));
    ExperimentRequested request = new ExperimentRequested("e", SPEC);
    assertEquals(ExperimentStatus.SPLITTING, exact.apply(null, request, NOW).state().status());
    RefusedException refused =
        assertThrows(RefusedException.class, () -> small.apply(null, request, NOW));
    assertTrue(refused.getMessage().contains("max-runs"), refused.getMessage());
  }

  @Test
  void aSplitOfMoreDrawsThanAskedForIsHeldToTheLimitToo() {
    int asked = SPEC.recipe().wanted().size();
    List<Draw> draws =
        java.util.stream.IntStream.rangeClosed(0, asked)
            .mapToObj(i -> new Draw("train-" + i, 1, i))
            .toList();
    long runs = RunPlan.expected(SPEC, draws.size());
    assertTrue(runs > RUNS, runs + " and " + RUNS);
    Experiments experiments = new Experiments(layout(), policy(1, (int) runs - 1, BYTES));
    ExperimentState split =
        experiments.apply(null, new ExperimentRequested("e", SPEC), NOW).state();
    URI csv = URI.create("file:///split/train.csv");
    Map<String, URI> manifests = new HashMap<>(Map.of("train", csv, "valid", csv, "test", csv));
    draws.forEach(draw -> manifests.put(draw.name(), csv));
    SplitCompleted answer =
        new SplitCompleted("e", split.splitRequest(), csv, manifests, Map.of(), draws);
    ExperimentState failed = experiments.apply(split, answer, NOW).state();
    assertEquals(ExperimentStatus.FAILED, failed.status());
    assertTrue(failed.reason().contains("max-runs"), failed.reason());
  }

  private static Layout layout() {
    return new Layout(URI.create("file:///store"));
  }

  private static Policy policy(int parallel, int runs, int bytes) {
    return new Policy(parallel, runs, bytes, BUDGETS, Duration.ofMinutes(1), Map.of());
  }
}
