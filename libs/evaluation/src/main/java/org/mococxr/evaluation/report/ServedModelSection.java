package org.mococxr.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.mococxr.evaluation.calibration.Reliability;
import org.mococxr.evaluation.metrics.Curve;
import org.mococxr.evaluation.results.Metric;
import org.mococxr.evaluation.results.TaskScores;

/** The served model: its metrics, ROC and precision-recall curves and calibration per task. */
final class ServedModelSection {
  /** Points drawn per curve: more cannot be told apart. */
  private static final int MOST_POINTS = 600;

  private ServedModelSection() {}

  static void write(ExperimentReport report, Markup out) {
    ServedModel model = report.served();
    if (model == null) {
      return;
    }
    out.start("section", "id", "model").element("h2", "The served model");
    out.start("p").element("code", model.name() + " " + model.version());
    out.text(": " + model.description() + ". Test set figures.").end();
    scores(out, model);
    for (int i = 0; i < model.tasks().size(); i++) {
      figure(out, model.tasks().get(i), i);
    }
    out.end().line();
  }

  private static void scores(Markup out, ServedModel model) {
    out.start("div", "class", "scroll").start("table", "class", "dense").start("thead").start("tr");
    out.heads("Task", "Threshold");
    for (Metric metric : Metric.values()) {
      out.element("th", metric.title(), "scope", "col", "title", metric.meaning());
    }
    out.end().end().start("tbody");
    for (ServedModel.TaskFigures task : model.tasks()) {
      TaskScores scores = task.scores();
      out.start("tr").element("th", task.task(), "scope", "row");
      out.element("td", Words.three(scores.threshold()));
      for (Metric metric : Metric.values()) {
        out.start("td").text(Words.three(scores.value(metric)));
        if (metric == Metric.AUROC && task.auroc() != null) {
          out.element(
              "span", Words.range(task.auroc()), "class", "range", "title", "95 % score interval");
        }
        out.end();
      }
      out.end();
    }
    out.end().end().end().line();
  }

  private static void figure(Markup out, ServedModel.TaskFigures task, int number) {
    List<Panel> panels = new ArrayList<>();
    if (task.roc() != null) {
      panels.add(roc(task));
    }
    if (task.precisionRecall() != null) {
      panels.add(precisionRecall(task));
    }
    panels.add(calibration(task));
    TaskScores s = task.scores();
    Figure figure =
        new Figure(
            "served-" + number,
            "ROC, precision-recall and calibration: " + task.task(),
            "AUROC %s, average precision %s, expected calibration error %s."
                .formatted(
                    Words.three(s.value(Metric.AUROC)),
                    Words.three(s.value(Metric.AUPRC)),
                    Words.three(s.value(Metric.CALIBRATION_ERROR))),
            panels.size(),
            940 / panels.size(),
            340,
            panels);
    String readers = ReaderComparison.sentence(task);
    HtmlReport.figure(
        out,
        figure,
        "%s: %s positive of %s studies. The filled mark is the threshold %s.%s"
            .formatted(
                task.task(),
                Words.whole(s.positives()),
                Words.whole(s.studies()),
                Words.three(s.threshold()),
                readers));
  }

  private static Panel roc(ServedModel.TaskFigures task) {
    List<Series> series = new ArrayList<>();
    series.add(Series.line("", 0, marks(task.roc())));
    TaskScores s = task.scores();
    series.add(
        point(
            1 - s.value(Metric.SPECIFICITY),
            s.value(Metric.RECALL),
            "threshold " + Words.three(s.threshold())));
    if (!task.readers().isEmpty()) {
      series.add(
          new Series(
              "Radiologists",
              1,
              false,
              Series.Shape.HOLLOW,
              task.readers().stream()
                  .map(
                      reader ->
                          new Series.Mark(
                              1 - reader.specificity(), reader.sensitivity(), reader.name()))
                  .toList()));
    }
    return new Panel(
        "ROC",
        Axis.between("1 − specificity", 0, 1),
        Axis.between("sensitivity", 0, 1),
        List.of(new Panel.Guide(0, 0, 1, 1, null)),
        series,
        false);
  }

  private static Panel precisionRecall(ServedModel.TaskFigures task) {
    TaskScores s = task.scores();
    double prevalence = (double) s.positives() / s.studies();
    return new Panel(
        "Precision and recall",
        Axis.between("recall", 0, 1),
        Axis.between("precision", 0, 1),
        List.of(new Panel.Guide(0, prevalence, 1, prevalence, "prevalence")),
        List.of(
            Series.line("", 0, marks(task.precisionRecall())),
            point(
                s.value(Metric.RECALL),
                s.value(Metric.PRECISION),
                "threshold " + Words.three(s.threshold()))),
        false);
  }

  private static Panel calibration(ServedModel.TaskFigures task) {
    List<Series> series = new ArrayList<>();
    boolean both = task.calibrated() != null;
    series.add(reliability(both ? "Uncalibrated" : "", both ? 6 : 0, task.uncalibrated()));
    if (both) {
      series.add(reliability("Calibrated", 0, task.calibrated()));
    }
    return new Panel(
        "Calibration",
        Axis.between("predicted probability", 0, 1),
        Axis.between("share that is positive", 0, 1),
        List.of(new Panel.Guide(0, 0, 1, 1, null)),
        series,
        false);
  }

  private static Series reliability(String name, int style, Reliability reliability) {
    return new Series(
        name,
        style,
        true,
        Series.Shape.FULL,
        reliability.bins().stream()
            .map(bin -> new Series.Mark(bin.predicted(), bin.observed(), bin.count() + " studies"))
            .toList());
  }

  private static Series point(double x, double y, String tip) {
    return new Series("", 0, false, Series.Shape.FULL, List.of(new Series.Mark(x, y, tip)));
  }

  private static List<Series.Mark> marks(Curve curve) {
    List<Curve.Point> points = curve.points();
    int step = 1 + points.size() / MOST_POINTS;
    return IntStream.range(0, points.size())
        .filter(i -> i % step == 0 || i == points.size() - 1)
        .mapToObj(i -> new Series.Mark(points.get(i).x(), points.get(i).y(), null))
        .toList();
  }
}
