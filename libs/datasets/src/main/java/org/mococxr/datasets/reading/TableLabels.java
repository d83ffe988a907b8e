package org.mococxr.datasets.reading;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Vocabulary;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.UserErrorException;

/**
 * What the rows of a labels file say of findings: a column for each, a column that lists those that
 * were found ({@code Effusion|Mass}, {@code ['pleural effusion', 'nodule']}, or one class), or the
 * run lengths of an outline ({@code EncodedPixels} of SIIM-ACR).
 */
final class TableLabels {
  /** Columns that list findings. */
  private static final Set<String> LISTS =
      FolderNames.words(
          "findinglabels findings finding labels label class classes classname category"
              + " diagnosis diagnoses disease diseases pathology pathologies target befund"
              + " diagnose");

  private static final String RUN_LENGTHS = "encodedpixels";
  private static final int MOST_NAMES = 300;

  /** How the finding of a run-length file is called: SIIM-ACR outlines nothing else. */
  private static final String OUTLINED = "Pneumothorax";

  private final List<String> tasks;
  private final List<Integer> columns;
  private final int list;
  private final Map<String, Integer> listed;
  private final int outline;

  private TableLabels(
      List<String> tasks,
      List<Integer> columns,
      int list,
      Map<String, Integer> listed,
      int outline) {
    this.tasks = List.copyOf(tasks);
    this.columns = columns;
    this.list = list;
    this.listed = listed;
    this.outline = outline;
  }

  /**
   * Looks for labels.
   *
   * @param names what the columns mean
   * @param candidates columns that may hold labels
   * @param configured the only tasks, in order; empty takes what is found
   * @param wanted tasks whose columns hold labels whatever is in them
   */
  static TableLabels of(
      CsvTable table,
      ColumnNames names,
      List<Integer> candidates,
      List<String> configured,
      List<String> wanted) {
    CsvTable.Header header = names.header();
    int named = names.index(ColumnNames.Role.LABELS);
    if (named >= 0) {
      List<String> tasks = new ArrayList<>();
      Map<String, Integer> listed = listed(table, named, tasks, configured);
      return new TableLabels(tasks, List.of(), named, listed, -1);
    }
    List<String> columnNames = candidates.stream().map(header.columns()::get).toList();
    List<String> asked = configured.isEmpty() ? wanted : configured;
    List<String> found = LabelColumns.orWanted(table, header, columnNames, true, asked);
    if (!configured.isEmpty()) {
      found = found.stream().filter(c -> among(configured, c)).toList();
    }
    List<String> tasks = new ArrayList<>(found);
    List<Integer> columns = new ArrayList<>(found.stream().map(header::require).toList());
    int outline = -1;
    int list = -1;
    Map<String, Integer> listed = Map.of();
    if (tasks.isEmpty() || !asked.stream().allMatch(task -> among(tasks, task))) {
      outline = named(header, candidates, Set.of(RUN_LENGTHS));
      if (outline >= 0) {
        tasks.add(OUTLINED);
      } else {
        list = named(header, candidates, LISTS);
        listed = list < 0 ? Map.of() : listed(table, list, tasks, configured);
      }
    }
    if (!configured.isEmpty()) {
      for (String task : configured) {
        if (!among(tasks, task)) {
          header.require(task);
        }
      }
    }
    return new TableLabels(tasks, columns, listed.isEmpty() ? -1 : list, listed, outline);
  }

  private static boolean among(List<String> tasks, String task) {
    return tasks.stream().anyMatch(t -> Vocabulary.same(t, task));
  }

  private static int named(CsvTable.Header header, List<Integer> candidates, Set<String> names) {
    return candidates.stream()
        .filter(c -> names.contains(ColumnNames.canonical(header.columns().get(c))))
        .findFirst()
        .orElse(-1);
  }

  /** The names that a column lists, each to the index of its task, which is added. */
  private static Map<String, Integer> listed(
      CsvTable table, int column, List<String> tasks, List<String> configured) {
    Map<String, String> names = new TreeMap<>();
    long[] rows = {0};
    table.scan(
        row -> {
          List<String> found = names(row.get(column));
          rows[0] += found.isEmpty() ? 0 : 1;
          if (names.size() <= MOST_NAMES) {
            found.forEach(name -> names.putIfAbsent(ColumnNames.canonical(name), name));
          }
        });
    names.remove("");
    // Hundreds of names, or a new one in every other row, are text and no classes.
    boolean text = names.size() > MOST_NAMES || names.size() > 20 && names.size() * 2L > rows[0];
    if (names.size() < 2 || text) {
      return Map.of();
    }
    Map<String, Integer> indices = new LinkedHashMap<>();
    names.forEach(
        (canonical, name) -> {
          if (configured.isEmpty() || among(configured, name)) {
            int known = -1;
            for (int t = 0; t < tasks.size(); t++) {
              known = Dataset.sameTask(tasks.get(t), name) ? t : known;
            }
            if (known < 0) {
              known = tasks.size();
              tasks.add(name);
            }
            indices.put(canonical, known);
          }
        });
    return indices;
  }

  /** The names of {@code a|b}, {@code a;b}, {@code ['a', 'b']} or {@code a}. */
  static List<String> names(String text) {
    String plain = text.strip();
    if (plain.startsWith("[") && plain.endsWith("]")) {
      plain = plain.substring(1, plain.length() - 1);
    }
    Set<String> names = new LinkedHashSet<>();
    for (String name : plain.split("[|;,]")) {
      String own = name.strip().replaceAll("^['\"]+|['\"]+$", "").strip();
      if (!own.isEmpty() && !own.equalsIgnoreCase("nan")) {
        names.add(own);
      }
    }
    return List.copyOf(names);
  }

  /** The findings, in order. */
  List<String> tasks() {
    return tasks;
  }

  /** The columns that were taken for labels. */
  Set<String> columnNames(CsvTable.Header header) {
    Set<String> names = new LinkedHashSet<>();
    columns.forEach(c -> names.add(header.columns().get(c)));
    if (list >= 0) {
      names.add(header.columns().get(list));
    }
    if (outline >= 0) {
      names.add(header.columns().get(outline));
    }
    return names;
  }

  /** Whether each finding has a column, so that a row says of each whether it is there. */
  boolean inColumns() {
    return list < 0 && outline < 0;
  }

  /** The labels of a row, in the order of the tasks. */
  Label[] read(CsvTable.Row row) throws RowReader.BadRow {
    Label[] labels = new Label[tasks.size()];
    Arrays.fill(labels, Label.MISSING);
    for (int i = 0; i < columns.size(); i++) {
      labels[i] = RowReader.label(row.get(columns.get(i)), tasks.get(i));
    }
    if (list >= 0) {
      List<String> found = names(row.get(list));
      if (!found.isEmpty()) {
        for (int task : listed.values()) {
          labels[task] = labels[task] == Label.MISSING ? Label.NEGATIVE : labels[task];
        }
        for (String name : found) {
          Integer task = listed.get(ColumnNames.canonical(name));
          if (task != null) {
            labels[task] = Label.POSITIVE;
          }
        }
      }
    }
    if (outline >= 0) {
      labels[labels.length - 1] = outlined(row.get(outline));
    }
    return labels;
  }

  /** {@code -1} and blank outline nothing. */
  private static Label outlined(String runs) throws RowReader.BadRow {
    if (runs.isEmpty() || runs.equals("-1") || runs.equalsIgnoreCase("nan")) {
      return Label.NEGATIVE;
    }
    if (!runs.matches("\\d+( +\\d+)+")) {
      throw new RowReader.BadRow("'" + RowReader.clip(runs) + "' are no run lengths");
    }
    return Label.POSITIVE;
  }

  /** That there are none is an error where some are asked for. */
  void requireAny(CsvTable.Header header) {
    if (tasks.isEmpty()) {
      throw UserErrorException.at(
          header.file(),
          1,
          "no column holds labels (1, 0, -1, yes, no or blank, with both classes, or a list of"
              + " findings)",
          "found " + header.columns());
    }
  }
}
