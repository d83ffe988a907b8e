package org.mococxr.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The pretraining's course: loss, how often the key is ranked first, and the probe. */
final class PretrainingSection {
  /** Points drawn per line: more cannot be told apart. */
  private static final int MOST_POINTS = 400;

  private PretrainingSection() {}

  static void write(ExperimentReport report, Markup out) {
    ExperimentReport.Pretraining pretraining = report.pretraining();
    if (pretraining == null) {
      return;
    }
    out.start("section", "id", "pretraining").element("h2", "Pretraining");
    List<Panel> panels = new ArrayList<>();
    panel(panels, pretraining, "Contrastive loss", ExperimentReport.PretrainingStep::loss, 99);
    panel(
        panels,
        pretraining,
        "Accuracy: key ranked first",
        ExperimentReport.PretrainingStep::accuracy1,
        1);
    panel(panels, pretraining, "Probe AUROC", ExperimentReport.PretrainingStep::probe, 1);
    if (!panels.isEmpty()) {
      Figure figure =
          new Figure(
              "pretraining-course",
              "The course of pretraining",
              "Contrastive loss, accuracy and probe by epoch, as far as they were logged.",
              panels.size(),
              940 / Math.max(2, panels.size()),
              270,
              panels);
      HtmlReport.figure(
          out,
          figure,
          "Training figures by epoch. The loss falls as queries find their own key among the"
              + " queue's.");
    }
    HtmlReport.facts(out, pretraining.settings());
    out.end().line();
  }

  private static void panel(
      List<Panel> panels,
      ExperimentReport.Pretraining pretraining,
      String title,
      Function<ExperimentReport.PretrainingStep, Double> value,
      double highest) {
    List<Series.Mark> marks = new ArrayList<>();
    for (ExperimentReport.PretrainingStep step : pretraining.steps()) {
      Double y = value.apply(step);
      if (y != null && Double.isFinite(y)) {
        String tip = "epoch %s: %s".formatted(Words.two(step.epoch()), Words.three(y));
        marks.add(new Series.Mark(step.epoch(), y, tip));
      }
    }
    if (marks.isEmpty()) {
      return;
    }
    List<Series.Mark> drawn = thinned(marks);
    Axis x = Axis.linear("epoch", values(drawn, Series.Mark::x), 0, Double.MAX_VALUE);
    Axis y = Axis.linear("", values(drawn, Series.Mark::y), 0, highest);
    Series.Shape shape = drawn.size() > 40 ? Series.Shape.NONE : Series.Shape.FULL;
    panels.add(
        new Panel(title, x, y, List.of(), List.of(new Series("", 0, true, shape, drawn)), false));
  }

  /** Means of neighbours, so that the line shows the course and not the noise. */
  private static List<Series.Mark> thinned(List<Series.Mark> marks) {
    int step = (marks.size() + MOST_POINTS - 1) / MOST_POINTS;
    if (step <= 1) {
      return marks;
    }
    List<Series.Mark> thinned = new ArrayList<>();
    for (int from = 0; from < marks.size(); from += step) {
      List<Series.Mark> group = marks.subList(from, Math.min(marks.size(), from + step));
      thinned.add(
          new Series.Mark(
              group.stream().mapToDouble(Series.Mark::x).average().orElseThrow(),
              group.stream().mapToDouble(Series.Mark::y).average().orElseThrow(),
              null));
    }
    return thinned;
  }

  private static List<Double> values(
      List<Series.Mark> marks, Function<Series.Mark, Double> coordinate) {
    return marks.stream().map(coordinate).toList();
  }
}
