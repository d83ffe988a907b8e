package org.mococxr.inference.quality;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How a version of a model fares by the latest labels that came for its answers.
 *
 * @param positives labels that say that the finding is there
 * @param negatives labels that say that it is not
 * @param auroc null while there are fewer than two of either
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Rolling(String version, String task, int positives, int negatives, Auroc auroc) {

  /** With its interval of 95 %. */
  public record Auroc(double value, double lower, double upper) {}
}
