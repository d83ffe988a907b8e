package org.mococxr.evaluation.results;

import java.nio.file.Path;
import java.util.List;

/**
 * A model's probabilities per study: {@code predictions.csv} with columns Study, Patient and one
 * per task, each in [0, 1], empty where the model has no say.
 *
 * @param tasks names, in the order of each row's values
 * @param studies a row per study
 */
public record Predictions(List<String> tasks, List<StudyRow> studies) {
  /** The file's name in a run's folder. */
  public static final String FILE_NAME = "predictions.csv";

  public Predictions {
    tasks = List.copyOf(tasks);
    studies = List.copyOf(studies);
  }

  /** Reads a file; what is wrong with it is a user error that names the line. */
  public static Predictions read(Path file) {
    return read(file, TableColumns.ALL);
  }

  /** Reads some columns of a file. */
  public static Predictions read(Path file, TableColumns columns) {
    StudyCsv.Table table = StudyCsv.read(file, columns, Predictions::probability);
    return new Predictions(table.tasks(), table.rows());
  }

  /** Writes it, whole or not at all. */
  public void write(Path file) {
    StudyCsv.write(file, tasks, studies);
  }

  private static double probability(String text) {
    if (text.isEmpty()) {
      return Double.NaN;
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("a probability in [0, 1], or nothing");
    }
    return value;
  }
}
