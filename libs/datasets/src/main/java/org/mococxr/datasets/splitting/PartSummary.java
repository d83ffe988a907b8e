package org.mococxr.datasets.splitting;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;

/**
 * What split.json says of a part.
 *
 * @param images how many
 * @param patients how many
 * @param studies how many
 * @param balance task to the number of images with each label, by the label's ordinal
 */
record PartSummary(int images, int patients, int studies, Map<String, int[]> balance) {

  /** Summaries of all parts; names are looked up once and not for every part. */
  static Map<String, PartSummary> of(
      List<ImageRecord> all, List<String> tasks, Map<String, int[]> parts) {
    int[] patients = Numbering.of(all.size(), row -> all.get(row).patient()).numbers();
    int[] studies = Numbering.of(all.size(), row -> all.get(row).studyKey()).numbers();
    byte[][] labels = new byte[tasks.size()][all.size()];
    for (int row = 0; row < patients.length; row++) {
      ImageRecord image = all.get(row);
      for (int t = 0; t < labels.length; t++) {
        labels[t][row] = (byte) image.label(tasks.get(t)).ordinal();
      }
    }
    Map<String, PartSummary> summaries = new ConcurrentHashMap<>();
    parts.entrySet().parallelStream()
        .forEach(
            part ->
                summaries.put(
                    part.getKey(), of(part.getValue(), tasks, patients, studies, labels)));
    return summaries;
  }

  private static PartSummary of(
      int[] rows, List<String> tasks, int[] patients, int[] studies, byte[][] labels) {
    BitSet patientSet = new BitSet();
    BitSet studySet = new BitSet();
    for (int row : rows) {
      patientSet.set(patients[row]);
      studySet.set(studies[row]);
    }
    Map<String, int[]> balance = new LinkedHashMap<>();
    for (int t = 0; t < labels.length; t++) {
      int[] counts = new int[Label.values().length];
      for (int row : rows) {
        counts[labels[t][row]]++;
      }
      balance.put(tasks.get(t), counts);
    }
    return new PartSummary(rows.length, patientSet.cardinality(), studySet.cardinality(), balance);
  }
}
