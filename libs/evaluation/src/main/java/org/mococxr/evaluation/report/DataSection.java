package org.mococxr.evaluation.report;

import java.util.List;

/** How much of what. */
final class DataSection {
  private DataSection() {}

  static void write(ExperimentReport report, Markup out) {
    if (report.data().isEmpty()) {
      return;
    }
    List<String> tasks =
        report.data().stream()
            .flatMap(part -> part.positives().keySet().stream())
            .distinct()
            .toList();
    out.start("section", "id", "data").element("h2", "Data");
    out.start("div", "class", "scroll").start("table").start("thead").start("tr");
    out.heads("Part");
    for (String name : List.of("Images", "Studies", "Patients")) {
      out.element("th", name, "scope", "col", "class", "number");
    }
    for (String task : tasks) {
      out.element("th", task + ", positive", "scope", "col", "class", "number");
    }
    out.end().end().start("tbody");
    for (ExperimentReport.DataCount part : report.data()) {
      out.start("tr").element("th", part.part(), "scope", "row");
      for (long count : new long[] {part.images(), part.studies(), part.patients()}) {
        out.element("td", Words.whole(count), "class", "number");
      }
      for (String task : tasks) {
        Long count = part.positives().get(task);
        out.element("td", count == null ? "–" : Words.whole(count), "class", "number");
      }
      out.end();
    }
    out.end().end().end();
    if (!report.assumed().isEmpty()) {
      out.element("p", "What was assumed when the data was read:").start("ul");
      report.assumed().forEach(line -> out.element("li", line));
      out.end();
    }
    out.end().line();
  }
}
