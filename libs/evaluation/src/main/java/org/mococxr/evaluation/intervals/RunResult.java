package org.mococxr.evaluation.intervals;

import java.nio.file.Path;

/**
 * A tested run of an experiment, by what makes it comparable.
 *
 * @param architecture for example {@code resnet18}; empty for a table of which that is not known
 * @param mode {@code linear} or {@code end-to-end}; empty for a table
 * @param initialisation {@code moco}, {@code random} or {@code imagenet}; a table's name
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
    if (mode.isEmpty()) {
      return "%s, table %d".formatted(initialisation, draw);
    }
    return "%s %s %s, fraction %s, draw %d"
        .formatted(architecture, mode, initialisation, fraction, draw);
  }
}
