package org.mococxr.evaluation.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;

class MetricTest {
  @TempDir Path folder;

  private static final TaskOutcome OUTCOME =
      new TaskOutcome(
          "Edema",
          List.of("a", "b", "c", "d"),
          List.of("p", "q", "r", "s"),
          new double[] {0.9, 0.8, 0.4, 0.1},
          new boolean[] {true, false, true, false});

  @Test
  void everyMetricIsAColumnAndTheThresholdStandsBeforeThoseThatNeedIt() throws Exception {
    new Scores(List.of(TaskScores.of(OUTCOME, 0.5))).write(folder);
    List<String> expected = new ArrayList<>(List.of("Task", "Studies", "Positives"));
    Arrays.stream(Metric.values())
        .filter(metric -> !metric.needsThreshold())
        .forEach(metric -> expected.add(metric.column()));
    expected.add("Threshold");
    Arrays.stream(Metric.values())
        .filter(Metric::needsThreshold)
        .forEach(metric -> expected.add(metric.column()));
    assertEquals(
        String.join(",", expected), Files.readAllLines(folder.resolve("scores.csv")).get(0));
  }

  @Test
  void onlyMetricsOfADecisionDependOnTheThreshold() {
    TaskScores half = TaskScores.of(OUTCOME, 0.5);
    TaskScores none = TaskScores.of(OUTCOME, 1);
    for (Metric metric : Metric.values()) {
      if (!metric.needsThreshold()) {
        assertEquals(half.value(metric), none.value(metric));
      }
    }
    assertEquals(0.5, half.value(Metric.RECALL));
    assertEquals(0, none.value(Metric.RECALL));
    assertFalse(Metric.AUROC.needsThreshold());
    assertTrue(Metric.F1.needsThreshold());
  }

  @Test
  void namesAreUniqueAndJsonIsReadBack() throws Exception {
    Set<String> columns = new HashSet<>();
    for (Metric metric : Metric.values()) {
      assertTrue(columns.add(metric.column()), metric.column());
      assertEquals(metric, Metric.ofKey(metric.key()));
    }
    assertEquals("calibrationError", Metric.CALIBRATION_ERROR.key());
    TaskScores scores = TaskScores.of(OUTCOME, 2);
    String json = Json.text(scores);
    assertTrue(json.contains("\"logLoss\""), json);
    assertEquals(scores, Json.LENIENT.readValue(json, TaskScores.class));
  }
}
