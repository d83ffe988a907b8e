package org.mococxr.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.evaluation.report.ExperimentReport;
import org.mococxr.foundation.Json;

/** Reads the course of a pretraining run from its {@code metrics.jsonl}. */
final class PretrainingCourse {
  /** More points than a figure can show are thinned to this many. */
  private static final int POINTS = 400;

  private PretrainingCourse() {}

  static ExperimentReport.Pretraining read(Path folder, Map<String, Object> spec)
      throws IOException {
    List<ExperimentReport.PretrainingStep> steps = new ArrayList<>();
    Path file = folder.resolve("metrics.jsonl");
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        JsonNode row = Json.MAPPER.readTree(line);
        if (row.hasNonNull("step")) {
          steps.add(
              new ExperimentReport.PretrainingStep(
                  row.path("step").asLong(),
                  row.path("epoch").asDouble(),
                  number(row, "loss"),
                  number(row, "acc1"),
                  number(row, "probe")));
        }
      }
    }
    Map<String, String> settings = new LinkedHashMap<>();
    if (spec.get("pretraining") instanceof Map<?, ?> map) {
      map.forEach((key, value) -> settings.put(key.toString(), String.valueOf(value)));
    }
    return new ExperimentReport.Pretraining(thinned(steps), settings);
  }

  private static Double number(JsonNode row, String field) {
    JsonNode value = row.path(field);
    return value.isNumber() ? (Double) value.doubleValue() : null;
  }

  private static List<ExperimentReport.PretrainingStep> thinned(
      List<ExperimentReport.PretrainingStep> steps) {
    int stride = Math.max(1, steps.size() / POINTS);
    List<ExperimentReport.PretrainingStep> kept = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (i % stride == 0 || i == steps.size() - 1 || steps.get(i).probe() != null) {
        kept.add(steps.get(i));
      }
    }
    return kept;
  }
}
