package org.mococxr.inference.prediction;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * One task's answer for a study.
 *
 * @param task what was looked for
 * @param probability calibrated, in [0, 1]; see {@link StudyProbabilities}
 * @param threshold from where on the finding counts as positive, in [0, 1]
 * @param positive whether the probability reaches the threshold
 * @param auroc of the test, with its interval, as the bundle has it; absent when it has none
 * @param image the name of the image in which the finding is most probable
 * @param heatmap {@code data:image/png;base64,…} of that image's evidence; absent unless asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(
    String task,
    double probability,
    double threshold,
    boolean positive,
    JsonNode auroc,
    String image,
    String heatmap) {
  /** The same without its heat map. */
  public Finding withoutHeatmap() {
    return new Finding(task, probability, threshold, positive, auroc, image, null);
  }

  /** The heat map's PNG; empty when there is none. */
  public Optional<byte[]> heatmapPng() {
    return Optional.ofNullable(heatmap).map(Evidence::png);
  }
}
