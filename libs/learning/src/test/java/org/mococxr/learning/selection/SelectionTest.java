package org.mococxr.learning.selection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.training.FineTuningOptions;

class SelectionTest {

  private static KeptCheckpoint kept(String file, Map<String, Double> auroc) {
    return new KeptCheckpoint(
        file,
        0,
        auroc,
        false,
        auroc.values().stream().mapToDouble(v -> v).average().orElse(Double.NEGATIVE_INFINITY));
  }

  @Test
  void checkpointsRankPerTaskByAurocAndTiesByName() {
    Ensemble ensemble =
        Selection.select(
            List.of(
                kept("b", Map.of("Edema", 0.7, "Mass", 0.9)),
                kept("a", Map.of("Edema", 0.7, "Mass", 0.6)),
                kept("c", Map.of("Edema", 0.8, "Mass", 0.5))),
            List.of("Edema", "Mass"),
            HeadForm.MULTI_LABEL,
            2,
            FineTuningOptions.Aggregation.MEAN);
    assertEquals(
        List.of("c", "a"),
        ensemble.models().get("Edema").stream().map(Ensemble.Member::path).toList());
    assertEquals(
        List.of("b", "a"),
        ensemble.models().get("Mass").stream().map(Ensemble.Member::path).toList());
  }

  @Test
  void exclusiveClassesHaveTheSameCheckpointsSoThatProbabilitiesAddUp() {
    Ensemble ensemble =
        Selection.select(
            List.of(
                kept("b", Map.of("Edema", 0.7, "Mass", 0.9)),
                kept("c", Map.of("Edema", 0.8, "Mass", 0.5))),
            List.of("Edema", "Mass"),
            HeadForm.MULTI_CLASS,
            1,
            FineTuningOptions.Aggregation.MEAN);
    ensemble.models().values().forEach(members -> assertEquals("b", members.getFirst().path()));
  }

  @Test
  void theMaximumOfExclusiveClassesIsTheUsersError() {
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () ->
                Selection.select(
                    List.of(kept("b", Map.of("Edema", 0.7, "Mass", 0.9))),
                    List.of("Edema", "Mass"),
                    HeadForm.MULTI_CLASS,
                    1,
                    FineTuningOptions.Aggregation.MAX));
    assertEquals("aggregation", e.location());
  }

  @Test
  void anUndefinedAurocIsLeftOutAndATaskWithoutAnyIsTheUsersError() {
    List<KeptCheckpoint> some =
        List.of(kept("a", Map.of("Edema", Double.NaN)), kept("b", Map.of("Edema", 0.6)));
    assertEquals(
        1,
        Selection.select(
                some, List.of("Edema"), HeadForm.MULTI_LABEL, 5, FineTuningOptions.Aggregation.MEAN)
            .models()
            .get("Edema")
            .size());
    // Of a task that no checkpoint has a score for they rank by the others'.
    assertEquals(
        List.of("b"),
        Selection.select(
                some, List.of("Mass"), HeadForm.MULTI_LABEL, 5, FineTuningOptions.Aggregation.MEAN)
            .models()
            .get("Mass")
            .stream()
            .map(Ensemble.Member::path)
            .toList());
    List<KeptCheckpoint> none = List.of(kept("a", Map.of()));
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () ->
                Selection.select(
                    none,
                    List.of("Mass"),
                    HeadForm.MULTI_LABEL,
                    5,
                    FineTuningOptions.Aggregation.MEAN));
    assertTrue(e.getMessage().contains("Mass"));
  }

  @Test
  void membersAreJoinedByMeanOrMaximum() {
    List<double[]> members = List.of(new double[] {0.2, 0.9}, new double[] {0.4, 0.1});
    assertArrayEquals(
        new double[] {0.3, 0.5},
        new Ensemble(FineTuningOptions.Aggregation.MEAN, Map.of()).aggregate(members),
        1e-12);
    assertArrayEquals(
        new double[] {0.4, 0.9},
        new Ensemble(FineTuningOptions.Aggregation.MAX, Map.of()).aggregate(members),
        1e-12);
  }

  @Test
  void theEnsembleFileHasTheReferencesFields() throws IOException {
    Ensemble ensemble =
        Selection.select(
            List.of(kept("a", Map.of("Edema", 0.7))),
            List.of("Edema"),
            HeadForm.MULTI_LABEL,
            1,
            FineTuningOptions.Aggregation.MAX);
    String json = Json.MAPPER.writeValueAsString(ensemble);
    assertTrue(json.contains("\"aggregation_method\":\"max\""), json);
    assertTrue(json.contains("\"task2models\""), json);
    assertTrue(json.contains("\"ckpt_path\":\"a\",\"is_3class\":false,\"value\":0.7"), json);
    assertEquals(ensemble, Json.MAPPER.readValue(json, Ensemble.class));
  }
}
