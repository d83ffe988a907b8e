package org.mococxr.evaluation.report;

import java.util.List;

/** The served model among groups of studies. */
final class SubgroupSection {
  private SubgroupSection() {}

  static void write(ExperimentReport report, Markup out) {
    if (report.subgroups().isEmpty()) {
      return;
    }
    out.start("section", "id", "subgroups").element("h2", "Subgroups");
    out.element(
        "p",
        "The served model's test AUROC by group, with DeLong's 95 % interval. Small groups have wide"
            + " intervals: read the interval, not the rank.",
        "class",
        "note");
    out.start("div", "class", "scroll").start("table").start("thead").start("tr");
    for (String name : List.of("Task", "Attribute", "Group", "Studies", "Positive", "AUROC")) {
      out.element("th", name, "scope", "col");
    }
    out.end().end().start("tbody");
    for (ExperimentReport.Subgroup each : report.subgroups()) {
      out.start("tr").element("th", each.task(), "scope", "row");
      out.element("td", each.attribute()).element("td", each.group());
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
    out.end().end().end().end().line();
  }
}
