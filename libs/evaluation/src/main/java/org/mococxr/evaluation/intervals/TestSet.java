package org.mococxr.evaluation.intervals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.StudyRow;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.run.IntervalOptions;

/**
 * The studies that all runs of an experiment were tested on, with their truth, and each run's
 * scores in the studies' order.
 */
final class TestSet {
  private final List<String> tasks;
  private final List<String> leftOut;
  private final List<String> studies = new ArrayList<>();
  private final List<String> patients = new ArrayList<>();
  private final double[][] labels;

  /** Takes the studies, tasks and labels of the first run. */
  TestSet(RunResult run) {
    GroundTruth truth = GroundTruth.read(run.groundTruth());
    List<String> all = truth.tasks();
    double[][] values = new double[all.size()][truth.studies().size()];
    for (StudyRow row : truth.studies()) {
      for (int task = 0; task < values.length; task++) {
        values[task][studies.size()] = row.values()[task];
      }
      studies.add(row.study());
      patients.add(row.patient());
    }
    tasks = all.stream().filter(task -> hasBothClasses(values[all.indexOf(task)])).toList();
    if (tasks.isEmpty()) {
      throw tooFew(run, all.getFirst(), values[0]);
    }
    leftOut = all.stream().filter(task -> !tasks.contains(task)).toList();
    labels = tasks.stream().map(task -> values[all.indexOf(task)]).toArray(double[][]::new);
  }

  /** Tasks with fewer than 2 positive or 2 negative studies: nothing can be said of them. */
  List<String> leftOut() {
    return leftOut;
  }

  List<String> tasks() {
    return tasks;
  }

  List<String> patients() {
    return patients;
  }

  int studies() {
    return studies.size();
  }

  int distinctPatients() {
    return patients.contains("") ? 0 : new HashSet<>(patients).size();
  }

  double[] labels(int task) {
    return labels[task];
  }

  /** Truth of the studies whose label is known. */
  boolean[] positive(int task) {
    double[] known = Arrays.stream(labels[task]).filter(label -> !Double.isNaN(label)).toArray();
    boolean[] positive = new boolean[known.length];
    for (int i = 0; i < known.length; i++) {
      positive[i] = known[i] == 1;
    }
    return positive;
  }

  /** What counts as independent, by study whose label is known, numbered from 0. */
  int[] units(int task, IntervalOptions.Unit unit) {
    Map<String, Integer> numbers = new HashMap<>();
    return IntStream.range(0, studies.size())
        .filter(i -> !Double.isNaN(labels[task][i]))
        .map(
            i -> {
              String name = unit == IntervalOptions.Unit.PATIENT ? patients.get(i) : studies.get(i);
              numbers.putIfAbsent(name, numbers.size());
              return numbers.get(name);
            })
        .toArray();
  }

  /** Scores of the studies whose label is known. */
  double[] known(int task, double[] scores) {
    double[] known = new double[scores.length];
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isNaN(labels[task][i])) {
        known[count++] = scores[i];
      }
    }
    return Arrays.copyOf(known, count);
  }

  /**
   * A run's scores.
   *
   * @return [task][study]; 0 where the label is not known, which nothing reads
   */
  double[][] scores(RunResult run) {
    requireSameTruth(run);
    Predictions predictions = Predictions.read(run.predictions());
    Map<String, StudyRow> rows = new HashMap<>();
    predictions.studies().forEach(row -> rows.put(row.study(), row));
    double[][] scores = new double[tasks.size()][studies.size()];
    for (int task = 0; task < scores.length; task++) {
      int column = predictions.tasks().indexOf(tasks.get(task));
      if (column < 0) {
        throw UserErrorException.at(
            run.predictions(),
            "no column for task '" + tasks.get(task) + "'",
            "the ground truth's tasks are " + tasks);
      }
      for (int i = 0; i < studies.size(); i++) {
        if (Double.isNaN(labels[task][i])) {
          continue;
        }
        StudyRow row = rows.get(studies.get(i));
        if (row == null || Double.isNaN(row.values()[column])) {
          throw UserErrorException.at(
              run.predictions(),
              "no prediction of %s for study '%s'".formatted(tasks.get(task), studies.get(i)),
              "test every run on the same studies");
        }
        scores[task][i] = row.values()[column];
      }
    }
    return scores;
  }

  private void requireSameTruth(RunResult run) {
    GroundTruth truth = GroundTruth.read(run.groundTruth());
    Map<String, StudyRow> rows = new HashMap<>();
    truth.studies().forEach(row -> rows.put(row.study(), row));
    if (!truth.tasks().containsAll(tasks) || !rows.keySet().equals(new HashSet<>(studies))) {
      throw UserErrorException.at(
          run.groundTruth(),
          "%s was tested on other studies or tasks than the first run".formatted(run.label()),
          "intervals are paired: test every run of an experiment on the same test set");
    }
    for (int i = 0; i < studies.size(); i++) {
      double[] values = rows.get(studies.get(i)).values();
      for (int task = 0; task < labels.length; task++) {
        double value = values[truth.tasks().indexOf(tasks.get(task))];
        if (Double.compare(value, labels[task][i]) != 0) {
          throw UserErrorException.at(
              run.groundTruth(),
              "study '%s' has another label than in the first run".formatted(studies.get(i)),
              "intervals are paired: test every run of an experiment on the same test set");
        }
      }
    }
  }

  private static long count(double[] labels, double wanted) {
    return Arrays.stream(labels).filter(label -> label == wanted).count();
  }

  private static boolean hasBothClasses(double[] labels) {
    return count(labels, 1) >= 2 && count(labels, 0) >= 2;
  }

  private static UserErrorException tooFew(RunResult run, String task, double[] labels) {
    return UserErrorException.at(
        run.groundTruth(),
        "task '%s' has %d positive and %d negative test studies"
            .formatted(task, count(labels, 1), count(labels, 0)),
        "an interval needs at least 2 of each");
  }
}
