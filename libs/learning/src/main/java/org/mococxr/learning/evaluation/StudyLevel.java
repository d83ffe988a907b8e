package org.mococxr.learning.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mococxr.datasets.Dataset;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.StudyRow;
import org.mococxr.foundation.UserErrorException;

/**
 * The studies of a part of a data set. A study's logit for a task is the maximum over its views.
 *
 * @param tasks names
 * @param studies keys, in order of appearance
 * @param patients of each study
 * @param images of each study: indices into the part
 * @param truth {@code [studies][tasks]}: 1, 0 or NaN where not known
 */
public record StudyLevel(
    List<String> tasks,
    List<String> studies,
    List<String> patients,
    List<List<Integer>> images,
    double[][] truth) {

  /**
   * Groups a part's images.
   *
   * @param targets {@code [images][tasks]}; a masked or partial target is not known
   */
  public static StudyLevel of(Dataset part, List<String> tasks, float[][] targets) {
    List<String> studies = new ArrayList<>();
    List<String> patients = new ArrayList<>();
    List<List<Integer>> images = new ArrayList<>();
    part.studies()
        .forEach(
            (study, indices) -> {
              studies.add(study);
              patients.add(part.images().get(indices.getFirst()).patient());
              images.add(List.copyOf(indices));
            });
    double[][] truth = new double[studies.size()][tasks.size()];
    for (int s = 0; s < truth.length; s++) {
      for (int t = 0; t < tasks.size(); t++) {
        truth[s][t] = Double.NaN;
        for (int image : images.get(s)) {
          float target = targets[image][t];
          if (target == 1) {
            truth[s][t] = 1;
          } else if (target == 0 && Double.isNaN(truth[s][t])) {
            truth[s][t] = 0;
          }
        }
      }
    }
    return new StudyLevel(List.copyOf(tasks), studies, patients, images, truth);
  }

  /**
   * Checks that each task has a study with the finding and one without.
   *
   * @param source the manifest, for the message
   * @throws UserErrorException naming the manifest and the task
   */
  public void requireBothClasses(Path source) {
    for (int t = 0; t < tasks.size(); t++) {
      int task = t;
      for (int wanted : new int[] {1, 0}) {
        if (Arrays.stream(truth).noneMatch(row -> row[task] == wanted)) {
          throw UserErrorException.at(
              source,
              "task %s has no %s among its %d studies"
                  .formatted(tasks.get(t), wanted == 1 ? "positive" : "negative", truth.length),
              "both classes are needed to rank by AUROC");
        }
      }
    }
  }

  /** The maximum over each study's views: {@code [images][tasks]} to {@code [studies][tasks]}. */
  public double[][] maximum(double[][] imageLogits) {
    double[][] out = new double[studies.size()][tasks.size()];
    for (int s = 0; s < out.length; s++) {
      Arrays.fill(out[s], Double.NEGATIVE_INFINITY);
      for (int image : images.get(s)) {
        for (int t = 0; t < out[s].length; t++) {
          out[s][t] = Math.max(out[s][t], imageLogits[image][t]);
        }
      }
    }
    return out;
  }

  /** Scores and truth of one task's studies of known truth. */
  public record Known(double[] scores, boolean[] positive) {}

  /** The studies whose truth is known. */
  public Known known(int task, double[][] scores) {
    int n = (int) Arrays.stream(truth).filter(row -> !Double.isNaN(row[task])).count();
    double[] values = new double[n];
    boolean[] positive = new boolean[n];
    int i = 0;
    for (int s = 0; s < truth.length; s++) {
      if (!Double.isNaN(truth[s][task])) {
        values[i] = scores[s][task];
        positive[i++] = truth[s][task] == 1;
      }
    }
    return new Known(values, positive);
  }

  /** AUROC of a task; NaN if there is one class only. */
  public double auroc(int task, double[][] scores) {
    Known known = known(task, scores);
    return Metrics.auroc(known.scores, known.positive);
  }

  /** Mean AUROC over the tasks that define it; NaN if none does. */
  public double meanAuroc(double[][] scores) {
    double sum = 0;
    int count = 0;
    for (int t = 0; t < tasks.size(); t++) {
      double value = auroc(t, scores);
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /** The truth as a table. */
  public GroundTruth groundTruth() {
    return new GroundTruth(tasks, rows(truth));
  }

  /** Probabilities as a table. */
  public Predictions predictions(double[][] probabilities) {
    return new Predictions(tasks, rows(probabilities));
  }

  private List<StudyRow> rows(double[][] values) {
    List<StudyRow> rows = new ArrayList<>();
    for (int s = 0; s < values.length; s++) {
      rows.add(new StudyRow(studies.get(s), patients.get(s), values[s]));
    }
    return rows;
  }
}
