package org.mococxr.inference.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.mococxr.inference.metrics.Statistics;

/**
 * The protocol's statistics of one version of a model.
 *
 * @param lastInference milliseconds since 1970; 0 when there was none
 * @param inferenceCount images
 * @param executionCount computations of the network
 * @param inferenceStats by outcome and step
 * @param batchStats by the number of images that were computed together
 */
public record ModelStats(
    String name,
    String version,
    @JsonProperty("last_inference") long lastInference,
    @JsonProperty("inference_count") long inferenceCount,
    @JsonProperty("execution_count") long executionCount,
    @JsonProperty("inference_stats") Map<String, Statistics.Duration> inferenceStats,
    @JsonProperty("batch_stats") List<BatchStats> batchStats) {
  private static final Statistics.Duration NONE = new Statistics.Duration(0, 0);

  /** Computations of as many images. */
  public record BatchStats(
      @JsonProperty("batch_size") int batchSize,
      @JsonProperty("compute_input") Statistics.Duration input,
      @JsonProperty("compute_infer") Statistics.Duration infer,
      @JsonProperty("compute_output") Statistics.Duration output) {}

  /** Statistics of some versions. */
  public record All(@JsonProperty("model_stats") List<ModelStats> modelStats) {}

  static ModelStats of(String name, String version, Statistics.Snapshot s) {
    return new ModelStats(
        name,
        version,
        s.lastMillis(),
        s.images(),
        s.executions(),
        Map.of(
            "success", s.success(),
            "fail", s.fail(),
            "queue", s.queue(),
            "compute_input", s.input(),
            "compute_infer", s.infer(),
            "compute_output", NONE),
        s.batches().entrySet().stream()
            .map(batch -> new BatchStats(batch.getKey(), NONE, batch.getValue(), NONE))
            .toList());
  }
}
