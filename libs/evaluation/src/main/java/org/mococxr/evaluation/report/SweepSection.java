package org.mococxr.evaluation.report;

/** The points of a sweep that were chosen on validation. */
final class SweepSection {
  private SweepSection() {}

  static void write(ExperimentReport report, Markup out) {
    if (report.choices().isEmpty()) {
      return;
    }
    boolean several =
        report.choices().stream().map(ExperimentReport.Choice::architecture).distinct().count() > 1;
    out.start("section", "id", "sweep").element("h2", "Points of the sweep");
    out.start("div", "class", "scroll").start("table");
    out.element(
        "caption", "Chosen by the mean validation score over the draws; the test set had no part");
    out.start("thead").start("tr");
    if (several) {
      out.heads("Architecture");
    }
    out.heads("Mode", "Initialisation", "Labels", "Chosen", "Validation", "Points tried");
    out.end().end().start("tbody");
    for (ExperimentReport.Choice choice : report.choices()) {
      out.start("tr");
      if (several) {
        out.element("td", choice.architecture());
      }
      out.element("td", Words.mode(choice.mode()));
      out.element("td", Words.initialisation(choice.initialisation()));
      out.element("td", Words.percent(choice.fraction()));
      out.element("td", choice.point());
      out.element("td", Words.three(choice.validation()));
      out.element("td", Words.whole(choice.tried())).end();
    }
    out.end().end().end();
    out.end().line();
  }
}
