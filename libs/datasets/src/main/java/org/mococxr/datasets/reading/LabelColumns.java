package org.mococxr.datasets.reading;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Vocabulary;
import org.mococxr.datasets.csv.CsvTable;

/** Finds the columns of a CSV file whose every value is a label. */
final class LabelColumns {
  private LabelColumns() {}

  /** The columns that hold labels, and those that are wanted as labels, in the file's order. */
  static List<String> orWanted(
      CsvTable table,
      CsvTable.Header header,
      List<String> candidates,
      boolean bothClasses,
      List<String> wanted) {
    List<String> labels = of(table, header, candidates, bothClasses);
    return candidates.stream()
        .filter(c -> labels.contains(c) || wanted.stream().anyMatch(w -> Vocabulary.same(w, c)))
        .toList();
  }

  /**
   * @param candidates columns to look at
   * @param bothClasses a column counts only if positive and negative labels occur in it
   */
  private static List<String> of(
      CsvTable table, CsvTable.Header header, List<String> candidates, boolean bothClasses) {
    int[] columns = candidates.stream().mapToInt(header::require).toArray();
    boolean[] labels = new boolean[columns.length];
    boolean[] positive = new boolean[columns.length];
    boolean[] negative = new boolean[columns.length];
    Arrays.fill(labels, true);
    table.scan(
        row -> {
          for (int i = 0; i < columns.length; i++) {
            if (labels[i]) {
              Label label = Label.parse(row.get(columns[i])).orElse(null);
              labels[i] = label != null;
              positive[i] |= label == Label.POSITIVE;
              negative[i] |= label == Label.NEGATIVE;
            }
          }
        });
    List<String> found = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      boolean any = positive[i] || negative[i];
      if (labels[i] && (bothClasses ? positive[i] && negative[i] : any)) {
        found.add(candidates.get(i));
      }
    }
    return found;
  }
}
