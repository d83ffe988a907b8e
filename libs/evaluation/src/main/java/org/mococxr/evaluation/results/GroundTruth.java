package org.mococxr.evaluation.results;

import java.nio.file.Path;
import java.util.List;

/**
 * The truth per study: {@code groundtruth.csv} with columns Study, Patient and one per task: 1
 * positive, 0 negative, empty (or a negative number, CheXpert's uncertain and missing) not known.
 *
 * @param tasks names, in the order of each row's values
 * @param studies a row per study; values 1, 0 or NaN
 */
public record GroundTruth(List<String> tasks, List<StudyRow> studies) {
  /** The file's name in a run's folder. */
  public static final String FILE_NAME = "groundtruth.csv";

  public GroundTruth {
    tasks = List.copyOf(tasks);
    studies = List.copyOf(studies);
  }

  /** Reads a file; what is wrong with it is a user error that names the line. */
  public static GroundTruth read(Path file) {
    return read(file, TableColumns.ALL);
  }

  /** Reads some columns of a file. */
  public static GroundTruth read(Path file, TableColumns columns) {
    StudyCsv.Table table = StudyCsv.read(file, columns, GroundTruth::label);
    return new GroundTruth(table.tasks(), table.rows());
  }

  /** Writes it, whole or not at all. */
  public void write(Path file) {
    StudyCsv.write(file, tasks, studies);
  }

  private static double label(String text) {
    if (text.isEmpty()) {
      return Double.NaN;
    }
    try {
      double value = Double.parseDouble(text);
      if (value < 0) {
        return Double.NaN;
      }
      if (value == 0 || value == 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for any other wrong label.
    }
    throw new IllegalArgumentException("1, 0, or nothing (or -1, -2) where not known");
  }
}
