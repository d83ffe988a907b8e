package org.mococxr.datasets.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.datasets.Label;

/** Finds the columns of a CSV file whose every value is a label. */
final class LabelColumns {
  private LabelColumns() {}

  /**
   * @param candidates columns to look at
   * @param bothClasses a column counts only if positive and negative labels occur in it
   */
  static List<String> of(
      Path csv, CsvTable.Header header, List<String> candidates, boolean bothClasses) {
    int[] columns = candidates.stream().mapToInt(header::require).toArray();
    boolean[] labels = new boolean[columns.length];
    boolean[] positive = new boolean[columns.length];
    boolean[] negative = new boolean[columns.length];
    java.util.Arrays.fill(labels, true);
    CsvTable.read(
        csv,
        row -> {
          for (int i = 0; i < columns.length; i++) {
            if (labels[i]) {
              Label label = Label.parse(row.get(columns[i])).orElse(null);
              labels[i] = label != null;
              positive[i] |= label == Label.POSITIVE;
              negative[i] |= label == Label.NEGATIVE;
            }
          }
        },
        (line, reason) -> {});
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
