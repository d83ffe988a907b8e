package org.mococxr.learning.selection;

import java.util.Map;

/**
 * A checkpoint of a run with what it reached on validation.
 *
 * @param file safetensors of the whole network, relative to the run's folder
 * @param images seen before it
 * @param auroc on validation studies, by task; NaN is absent
 * @param threeClass three logits a task
 */
public record KeptCheckpoint(
    String file, long images, Map<String, Double> auroc, boolean threeClass) {

  /** Mean over the tasks that define it; negative infinity if none does. */
  public double meanAuroc() {
    return auroc.values().stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NEGATIVE_INFINITY);
  }
}
