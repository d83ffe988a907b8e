package org.mococxr.learning.evaluation;

import java.nio.file.Path;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.Scores;

/** Writes the tables of a test into a run's folder. */
public final class TestReport {
  private TestReport() {}

  /**
   * Writes {@code predictions.csv}, {@code groundtruth.csv}, {@code scores.csv} and {@code
   * scores.txt}.
   *
   * @param probabilities {@code [studies][tasks]}, calibrated
   * @return the scores
   */
  public static Scores write(Path folder, StudyLevel test, double[][] probabilities) {
    Predictions predictions = test.predictions(probabilities);
    GroundTruth truth = test.groundTruth();
    Scores scores = Scores.of(predictions, truth);
    predictions.write(folder.resolve(Predictions.FILE_NAME));
    truth.write(folder.resolve(GroundTruth.FILE_NAME));
    scores.write(folder);
    return scores;
  }
}
