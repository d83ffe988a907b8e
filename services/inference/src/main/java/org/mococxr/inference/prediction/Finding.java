package org.mococxr.inference.prediction;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One task's answer.
 *
 * @param task what was looked for
 * @param probability calibrated, in [0, 1]
 * @param threshold from where on the finding counts as positive, in [0, 1]
 * @param positive whether the probability reaches the threshold
 * @param heatmap {@code data:image/png;base64,…} of the network's view with the evidence painted
 *     over it; absent unless asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(
    String task, double probability, double threshold, boolean positive, String heatmap) {}
