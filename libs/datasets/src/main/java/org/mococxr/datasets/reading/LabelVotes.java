package org.mococxr.datasets.reading;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.mococxr.datasets.Label;

/**
 * The labels that several rows give one picture. Rows of one reader, such as the boxes around what
 * he found, count as their maximum: positive, then uncertain, then negative. Of several readers the
 * majority counts, and uncertain if they are divided; or again the maximum.
 */
final class LabelVotes {
  private final int tasks;
  private final Map<String, Label[]> byReader = new HashMap<>(2);
  private boolean contradictory;

  LabelVotes(int tasks) {
    this.tasks = tasks;
  }

  /**
   * @param reader blank where the file does not tell readers apart
   */
  void add(String reader, Label[] labels) {
    byReader.merge(
        reader,
        labels,
        (known, more) -> {
          Label[] joined = new Label[tasks];
          for (int t = 0; t < tasks; t++) {
            joined[t] = stronger(known[t], more[t]);
            contradictory |= known[t] != joined[t] && known[t] == Label.NEGATIVE;
            contradictory |= more[t] != joined[t] && more[t] == Label.NEGATIVE;
          }
          return joined;
        });
  }

  /** Whether rows of one reader call a finding both absent and more than that. */
  boolean contradictory() {
    return contradictory;
  }

  /** How many readers there are. */
  int readers() {
    return byReader.size();
  }

  /** What they say together. */
  Label[] joined(boolean majority) {
    if (byReader.isEmpty()) {
      Label[] none = new Label[tasks];
      Arrays.fill(none, Label.MISSING);
      return none;
    }
    Label[] joined = new Label[tasks];
    for (int t = 0; t < tasks; t++) {
      int task = t;
      int[] counts = new int[Label.values().length];
      byReader.values().forEach(labels -> counts[labels[task].ordinal()]++);
      joined[t] = majority ? majority(counts) : maximum(counts);
    }
    return joined;
  }

  private static Label maximum(int[] counts) {
    Label best = Label.MISSING;
    for (Label label : Label.values()) {
      best = counts[label.ordinal()] > 0 && rank(label) > rank(best) ? label : best;
    }
    return best;
  }

  private static Label majority(int[] counts) {
    int positive = counts[Label.POSITIVE.ordinal()];
    int negative = counts[Label.NEGATIVE.ordinal()];
    int said = positive + negative + counts[Label.UNCERTAIN.ordinal()];
    if (said == 0) {
      return Label.MISSING;
    }
    if (2 * positive > said) {
      return Label.POSITIVE;
    }
    return 2 * negative > said ? Label.NEGATIVE : Label.UNCERTAIN;
  }

  /** What two say of one finding together, if the maximum counts. */
  static Label stronger(Label one, Label other) {
    return rank(other) > rank(one) ? other : one;
  }

  private static int rank(Label label) {
    return switch (label) {
      case POSITIVE -> 3;
      case UNCERTAIN -> 2;
      case NEGATIVE -> 1;
      case MISSING -> 0;
    };
  }
}
