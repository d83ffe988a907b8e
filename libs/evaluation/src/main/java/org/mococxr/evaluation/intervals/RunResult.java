package org.mococxr.evaluation.intervals;

import java.nio.file.Path;

/**
 * A tested run of an experiment, by what makes it comparable.
 *
 * @param architecture for example {@code resnet18}
 * @param mode {@code linear} or {@code end-to-end}
 * @param initialisation {@code moco}, {@code random} or {@code imagenet}
 * @param fraction of the labels it was trained on, in (0, 1]
 * @param draw which draw of that fraction, from 0
 * @param predictions its predictions.csv
 * @param groundTruth its groundtruth.csv
 */
public record RunResult(
    String architecture,
    String mode,
    String initialisation,
    double fraction,
    int draw,
    Path predictions,
    Path groundTruth) {

  /** Short name for messages. */
  String label() {
    return "%s %s %s, fraction %s, draw %d"
        .formatted(architecture, mode, initialisation, fraction, draw);
  }
}
