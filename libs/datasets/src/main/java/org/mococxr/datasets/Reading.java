package org.mococxr.datasets;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Maps;

/**
 * How a data set was read: what was assumed about it, in words. Whoever splits or learns from it
 * can see whether that is what was meant.
 *
 * @param format how the folder is laid out
 * @param labels where the labels come from
 * @param columns what a column was taken for, to its name
 * @param joined by what rows were joined with images; empty where there was nothing to join
 * @param patients where the patients come from
 * @param patientsKnown false where every image counts as a patient of its own
 * @param notes what else was assumed, left out or not used, and why
 */
public record Reading(
    String format,
    String labels,
    Map<String, String> columns,
    String joined,
    String patients,
    boolean patientsKnown,
    List<String> notes) {

  /** What is said where nothing tells patients apart. */
  public static final String NO_PATIENTS =
      "not known: every image counts as a patient of its own, so that images of one patient may"
          + " be in training and in test";

  /** Keeps the order. */
  public Reading {
    columns = Maps.copy(columns);
    notes = List.copyOf(notes);
  }

  /** A layout that leaves nothing to assume. */
  public static Reading of(String format, String labels, String patients, List<String> notes) {
    return new Reading(format, labels, Map.of(), "", patients, true, notes);
  }

  /** With more notes. */
  public Reading and(List<String> more) {
    List<String> all = new ArrayList<>(notes);
    all.addAll(more);
    return new Reading(format, labels, columns, joined, patients, patientsKnown, all);
  }

  /** A line for each thing that was assumed: its name and what was assumed. */
  public List<Map.Entry<String, String>> lines() {
    List<Map.Entry<String, String>> lines = new ArrayList<>();
    lines.add(Map.entry("format", format));
    lines.add(Map.entry("labels from", labels));
    if (!columns.isEmpty()) {
      List<String> pairs = new ArrayList<>();
      columns.forEach((role, column) -> pairs.add(role + " = " + column));
      lines.add(Map.entry("columns", String.join(", ", pairs)));
    }
    if (!joined.isEmpty()) {
      lines.add(Map.entry("joined by", joined));
    }
    lines.add(Map.entry("patients from", patients));
    notes.forEach(note -> lines.add(Map.entry("note", note)));
    return lines;
  }
}
