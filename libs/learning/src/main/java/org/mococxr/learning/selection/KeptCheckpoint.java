package org.mococxr.learning.selection;

import java.util.Map;

/**
 * A checkpoint of a run with what it reached on validation.
 *
 * @param file safetensors of the whole network, relative to the run's folder
 * @param images seen before it
 * @param scores on validation studies, by task, higher is better; NaN is absent
 * @param threeClass three logits a task
 * @param score the mean that it is chosen by; negative infinity if no task defines it
 */
public record KeptCheckpoint(
    String file, long images, Map<String, Double> scores, boolean threeClass, double score) {}
