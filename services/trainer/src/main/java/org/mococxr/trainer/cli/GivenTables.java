package org.mococxr.trainer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.StudyRow;
import org.mococxr.evaluation.results.TableColumns;
import org.mococxr.foundation.UserErrorException;

/**
 * Tables of predictions and truth that any program wrote, brought to this project's layout in
 * folders of their own.
 *
 * @param told each as the intervals want it: name, draw, run
 * @param folders by the name in {@code run}
 * @param assumed what was left out, in words
 */
record GivenTables(
    List<Map<String, Object>> told, Map<String, Path> folders, List<String> assumed) {

  /** A name with its two files. */
  private record Pair(String name, Path predictions, Path truth) {

    /** Of {@code NAME=FILE} or {@code NAME=FOLDER}. */
    static Pair of(String given, Path truth) {
      String[] parts = given.split("=", 2);
      if (parts.length < 2 || parts[0].isBlank() || parts[1].isBlank()) {
        throw new UserErrorException(
            "--predictions", "found '" + given + "'", "expected NAME=FILE or NAME=FOLDER");
      }
      Path path = Path.of(parts[1]);
      Path file = Files.isDirectory(path) ? path.resolve(Predictions.FILE_NAME) : path;
      Path beside = truth != null ? truth : file.resolveSibling(GroundTruth.FILE_NAME);
      if (!Files.isRegularFile(beside)) {
        throw UserErrorException.at(
            beside, "there is no such file", "name the truth with --groundtruth FILE");
      }
      return new Pair(parts[0].strip(), file, beside);
    }
  }

  /** What a pair of files holds. */
  private record Tables(Pair pair, Predictions predictions, GroundTruth truth) {
    static Tables read(Pair pair, TableColumns columns) {
      GroundTruth truth = GroundTruth.read(pair.truth(), columns);
      Predictions predictions = Predictions.read(pair.predictions(), columns);
      requireAll(pair, predictions, truth);
      return new Tables(pair, predictions, truth);
    }
  }

  /**
   * Reads the tables and writes them to folders below another.
   *
   * @param given each {@code NAME=FILE} or {@code NAME=FOLDER}
   * @param truth of all of them; null for the groundtruth.csv beside each
   * @param tasks to compare; null for all that every table has
   * @param renamed columns to findings
   */
  static GivenTables read(
      List<String> given, Path truth, List<String> tasks, Map<String, String> renamed, Path out) {
    List<Pair> pairs = given.stream().map(text -> Pair.of(text, truth)).toList();
    List<String> assumed = new ArrayList<>();
    List<String> common = tasks == null ? common(pairs, renamed, assumed) : tasks;
    TableColumns columns = new TableColumns(common, renamed);
    Map<String, Integer> draws = new HashMap<>();
    List<Map<String, Object>> told = new ArrayList<>();
    Map<String, Path> folders = new LinkedHashMap<>();
    // All are read before the first is written, so that an error leaves nothing behind.
    for (Tables tables : pairs.stream().map(pair -> Tables.read(pair, columns)).toList()) {
      Pair pair = tables.pair();
      int draw = draws.merge(pair.name(), 1, Integer::sum) - 1;
      String run = "%03d".formatted(folders.size());
      Path folder = out.resolve("tables").resolve(run);
      tables.truth().write(folder.resolve(GroundTruth.FILE_NAME));
      known(pair, tables.predictions(), tables.truth(), assumed)
          .write(folder.resolve(Predictions.FILE_NAME));
      told.add(Map.of("name", pair.name(), "draw", draw, "run", run));
      folders.put(run, folder);
    }
    return new GivenTables(told, folders, assumed);
  }

  private static List<String> common(
      List<Pair> pairs, Map<String, String> renamed, List<String> assumed) {
    TableColumns columns = new TableColumns(null, renamed);
    List<List<String>> found = new ArrayList<>();
    for (Pair pair : pairs) {
      found.add(columns.findings(pair.truth()));
      found.add(columns.findings(pair.predictions()));
    }
    List<String> common = TableColumns.common(found);
    if (common.isEmpty()) {
      throw UserErrorException.at(
          pairs.getFirst().predictions(),
          "has no finding of the truth: found " + found.get(1),
          "the truth has " + found.get(0) + "; --rename COLUMN=FINDING brings them together");
    }
    assumed.add("compared: " + String.join(", ", common));
    Set<String> others =
        found.stream()
            .flatMap(List::stream)
            .filter(name -> !TableColumns.has(common, name))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!others.isEmpty()) {
      assumed.add("left out, since not every table has them: " + String.join(", ", others));
    }
    return common;
  }

  /** Every known truth has a prediction, or the user's file is named, not the copy of it. */
  private static void requireAll(Pair pair, Predictions predictions, GroundTruth truth) {
    Map<String, double[]> predicted = new HashMap<>();
    predictions.studies().forEach(row -> predicted.put(row.study(), row.values()));
    for (StudyRow row : truth.studies()) {
      double[] values = predicted.get(row.study());
      for (int task = 0; task < row.values().length; task++) {
        if (!Double.isNaN(row.values()[task]) && (values == null || Double.isNaN(values[task]))) {
          throw UserErrorException.at(
              pair.predictions(),
              "no prediction of %s for study '%s', whose truth is in %s"
                  .formatted(truth.tasks().get(task), row.study(), pair.truth()),
              "predict all studies, or leave the truth of this one out");
        }
      }
    }
  }

  /** Without the rows that have no truth. */
  private static Predictions known(
      Pair pair, Predictions all, GroundTruth truth, List<String> assumed) {
    Set<String> studies = new HashSet<>();
    truth.studies().forEach(row -> studies.add(row.study()));
    List<StudyRow> known =
        all.studies().stream().filter(row -> studies.contains(row.study())).toList();
    if (known.size() < all.studies().size()) {
      assumed.add(
          "%s: %d of %d rows have no truth and are left out"
              .formatted(
                  pair.predictions(), all.studies().size() - known.size(), all.studies().size()));
    }
    return new Predictions(all.tasks(), known);
  }
}
