package org.mococxr.evaluation.report;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.IntervalAnalysis;

/** The report's one sentence, in plain words, for good or ill. */
final class Headline {
  private Headline() {}

  /** Empty if nothing was compared. */
  static Optional<String> of(ExperimentReport report) {
    if (report.intervals() == null) {
      return Optional.empty();
    }
    // The paper's question: fewest labels, linear before end-to-end, MoCo against random.
    return report.intervals().differences().stream()
        .filter(each -> each.task().equals(report.intervals().mainTask()))
        .min(
            Comparator.comparing(ExperimentIntervals.Difference::mode, IntervalAnalysis.MODE_ORDER)
                .thenComparingDouble(ExperimentIntervals.Difference::fraction)
                .thenComparing(
                    each -> each.a().equals("moco") && each.b().equals("random") ? 0 : 1))
        .map(each -> sentence(each, report.intervals()));
  }

  private static String sentence(
      ExperimentIntervals.Difference each, ExperimentIntervals intervals) {
    double reached =
        intervals.cells().stream()
            .filter(
                cell ->
                    cell.task().equals(each.task())
                        && cell.architecture().equals(each.architecture())
                        && cell.mode().equals(each.mode())
                        && cell.fraction() == each.fraction()
                        && cell.initialisation().equals(each.a()))
            .mapToDouble(cell -> cell.auroc().estimate())
            .findFirst()
            .orElse(Double.NaN);
    String a = Words.initialisation(each.a());
    String b =
        each.b().equals("random")
            ? "random initialisation"
            : Words.initialisation(each.b()) + " initialisation";
    String what =
        each.mode().equals("linear")
            ? "a linear classifier on " + a + "-initialised features"
            : a + "-initialised " + Words.mode(each.mode()).toLowerCase(Locale.ROOT);
    if (intervals.cells().stream().map(ExperimentIntervals.Cell::architecture).distinct().count()
        > 1) {
      what += " (" + each.architecture() + ")";
    }
    String start =
        "With %s of the labels, %s reaches an AUROC of %s for %s"
            .formatted(Words.percent(each.fraction()), what, Words.two(reached), task(each.task()));
    String gap =
        Words.signedTwo(each.difference().estimate())
            + " ["
            + Words.signedTwo(each.difference().lower())
            + ", "
            + Words.signedTwo(each.difference().upper())
            + "]";
    if (!each.difference().excludesZero()) {
      return start
          + ": "
          + gap
          + " against "
          + b
          + ", no difference that this test set of "
          + Words.whole(intervals.studies())
          + " studies can show.";
    }
    return start
        + ": "
        + gap
        + (each.difference().estimate() > 0 ? " over " : " against (that is, worse than) ")
        + b
        + ".";
  }

  private static String task(String task) {
    return task.equals(ExperimentIntervals.MEAN_OVER_TASKS)
        ? "the tasks' mean"
        : task.replace('_', ' ').toLowerCase(Locale.ROOT);
  }
}
