package org.mococxr.evaluation.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.evaluation.intervals.Interval;

/** The served model among groups of studies: a figure per task, and the table. */
final class SubgroupSection {
  private SubgroupSection() {}

  static void write(ExperimentReport report, Markup out) {
    if (report.subgroups().isEmpty()) {
      return;
    }
    out.start("section", "id", "subgroups").element("h2", "Subgroups");
    List<String> tasks =
        report.subgroups().stream().map(ExperimentReport.Subgroup::task).distinct().toList();
    for (int i = 0; i < tasks.size(); i++) {
      String task = tasks.get(i);
      List<ExperimentReport.Subgroup> rows =
          report.subgroups().stream().filter(row -> row.task().equals(task)).toList();
      figure(out, task, rows, i);
      table(out, task, rows);
    }
    out.end().line();
  }

  private static void figure(
      Markup out, String task, List<ExperimentReport.Subgroup> rows, int number) {
    Map<String, List<ExperimentReport.Subgroup>> attributes = new LinkedHashMap<>();
    List<Double> values = new ArrayList<>();
    for (ExperimentReport.Subgroup row : rows) {
      if (row.auroc() != null) {
        attributes.computeIfAbsent(row.attribute(), key -> new ArrayList<>()).add(row);
        values.add(row.auroc().lower());
        values.add(row.auroc().upper());
      }
    }
    if (attributes.isEmpty()) {
      return;
    }
    Axis y = Axis.linear("AUROC", values, 0, 1);
    List<Panel> panels = new ArrayList<>();
    attributes.forEach((attribute, groups) -> panels.add(panel(attribute, groups, y)));
    Figure figure =
        new Figure(
            "subgroups-" + number,
            "AUROC by subgroup: " + task,
            "One panel per attribute, a mark per group with its interval; the table below has the"
                + " same numbers.",
            panels.size(),
            940 / Math.max(2, panels.size()),
            270,
            panels);
    HtmlReport.figure(
        out,
        figure,
        task
            + ": the served model's test AUROC by group, with intervals. Small groups have"
            + " wide intervals: read the interval, not the rank.");
  }

  private static Panel panel(String attribute, List<ExperimentReport.Subgroup> groups, Axis y) {
    List<Axis.Tick> ticks = new ArrayList<>();
    List<Series.Mark> marks = new ArrayList<>();
    for (ExperimentReport.Subgroup group : groups) {
      int place = ticks.size() + 1;
      Interval auroc = group.auroc();
      ticks.add(new Axis.Tick(place, group.group(), Words.whole(group.studies())));
      String tip =
          "%s: %s %s".formatted(group.group(), Words.three(auroc.estimate()), Words.range(auroc));
      marks.add(new Series.Mark(place, auroc.estimate(), auroc.lower(), auroc.upper(), tip));
    }
    Axis x = new Axis(attribute + ", studies", 0.5, ticks.size() + 0.5, false, ticks);
    return new Panel(
        "", x, y, List.of(), List.of(new Series("", 0, false, Series.Shape.FULL, marks)), false);
  }

  private static void table(Markup out, String task, List<ExperimentReport.Subgroup> rows) {
    out.start("div", "class", "scroll").start("table");
    out.element("caption", task + ": AUROC by subgroup").start("thead").start("tr");
    out.heads("Attribute", "Group", "Studies", "Positive", "AUROC");
    out.end().end().start("tbody");
    for (ExperimentReport.Subgroup each : rows) {
      out.start("tr").element("td", each.attribute());
      out.element("th", each.group(), "scope", "row");
      out.element("td", Words.whole(each.studies())).element("td", Words.whole(each.positives()));
      out.start("td");
      if (each.auroc() == null) {
        out.element("span", "too few of a class", "class", "range");
      } else {
        out.text(Words.three(each.auroc().estimate()));
        out.element("span", Words.range(each.auroc()), "class", "range");
      }
      out.end().end();
    }
    out.end().end().end().line();
  }
}
