package org.mococxr.evaluation.results;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;

/**
 * One task's predictions beside its truth, for the studies whose truth is known, in the order of
 * the ground truth.
 *
 * @param studies ids
 * @param patients of each study
 * @param scores probability of each study
 * @param positive truth of each study
 */
public record TaskOutcome(
    String task, List<String> studies, List<String> patients, double[] scores, boolean[] positive) {

  /**
   * Joins the two tables by study.
   *
   * @throws UserErrorException if the task is missing in one of them, or a study with known truth
   *     has no prediction
   */
  public static TaskOutcome of(Predictions predictions, GroundTruth truth, String task) {
    int scoreAt = column(predictions.tasks(), task, Predictions.FILE_NAME);
    int labelAt = column(truth.tasks(), task, GroundTruth.FILE_NAME);
    Map<String, Double> scoreOf = new HashMap<>();
    predictions.studies().forEach(row -> scoreOf.put(row.study(), row.values()[scoreAt]));
    List<StudyRow> known =
        truth.studies().stream().filter(row -> !Double.isNaN(row.values()[labelAt])).toList();
    List<String> studies = new ArrayList<>();
    List<String> patients = new ArrayList<>();
    double[] scores = new double[known.size()];
    boolean[] positive = new boolean[known.size()];
    for (int i = 0; i < scores.length; i++) {
      StudyRow row = known.get(i);
      Double score = scoreOf.get(row.study());
      if (score == null || score.isNaN()) {
        throw new UserErrorException(
            Predictions.FILE_NAME,
            "study '%s' has a label but no prediction for %s".formatted(row.study(), task),
            "predict every study of the ground truth");
      }
      studies.add(row.study());
      patients.add(row.patient());
      scores[i] = score;
      positive[i] = row.values()[labelAt] == 1;
    }
    return new TaskOutcome(task, List.copyOf(studies), List.copyOf(patients), scores, positive);
  }

  private static int column(List<String> tasks, String task, String where) {
    int index = tasks.indexOf(task);
    if (index < 0) {
      throw new UserErrorException(
          where, "no column for task '" + task + "'", "the columns are " + tasks);
    }
    return index;
  }
}
