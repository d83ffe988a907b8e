package org.mococxr.evaluation.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.ExperimentIntervals.Cell;

/** Numbers that others published, beside ours. */
final class PublishedTable {
  private final ExperimentReport report;

  PublishedTable(ExperimentReport report) {
    this.report = report;
  }

  /** What can be drawn in a panel: AUROCs of its task, mode and architecture. */
  List<ExperimentReport.Published> aurocs(String task, String architecture, String mode) {
    return report.published().stream()
        .filter(each -> each.comparedWith() == null)
        .filter(each -> each.task().equals(task) && each.mode().equals(mode))
        .filter(each -> isOf(each, architecture))
        .toList();
  }

  private static boolean isOf(ExperimentReport.Published each, String architecture) {
    return each.architecture() == null || each.architecture().equals(architecture);
  }

  /** A table for each source; what no run of ours answers to is folded away. */
  void write(String task, Markup out) {
    Map<String, List<ExperimentReport.Published>> sources = new LinkedHashMap<>();
    List<ExperimentReport.Published> others = new ArrayList<>();
    for (ExperimentReport.Published each : report.published()) {
      if (each.task().equals(task)) {
        boolean near =
            report.intervals().cells().stream().anyMatch(cell -> isOf(each, cell.architecture()));
        (near ? sources.computeIfAbsent(each.source(), key -> new ArrayList<>()) : others)
            .add(each);
      }
    }
    sources.values().forEach(rows -> table(rows, out));
    if (!others.isEmpty()) {
      out.start("details").element("summary", "Published for architectures that were not run");
      Map<String, List<ExperimentReport.Published>> folded = new LinkedHashMap<>();
      others.forEach(
          each -> folded.computeIfAbsent(each.source(), key -> new ArrayList<>()).add(each));
      folded.values().forEach(rows -> table(rows, out));
      out.end().line();
    }
  }

  private void table(List<ExperimentReport.Published> all, Markup out) {
    ExperimentReport.Published first = all.getFirst();
    out.start("div", "class", "scroll").start("table", "class", "dense");
    out.start("caption").text("Published numbers beside ours: ");
    if (first.url() != null && first.url().matches("https?://.*")) {
      out.element("a", first.source(), "href", first.url());
    } else {
      out.text(first.source());
    }
    List<String> columns = all.stream().map(PublishedTable::what).distinct().toList();
    out.end().start("thead").start("tr");
    out.heads("Labels", "Mode", "Architecture");
    for (String what : columns) {
      out.heads(what + ", theirs", what + ", ours");
    }
    out.end().end().start("tbody");
    Map<Row, Map<String, ExperimentReport.Published>> rows = new LinkedHashMap<>();
    for (ExperimentReport.Published each : all) {
      rows.computeIfAbsent(Row.of(each), key -> new HashMap<>()).put(what(each), each);
    }
    rows.forEach((row, cells) -> row(row, columns, cells, out));
    out.end().end().end().line();
  }

  /** What the numbers of a line of the table have in common. */
  private record Row(double fraction, String mode, String architecture) {
    static Row of(ExperimentReport.Published each) {
      return new Row(each.fraction(), each.mode(), each.architecture());
    }
  }

  private static String what(ExperimentReport.Published each) {
    String one = Words.initialisation(each.initialisation());
    return each.comparedWith() == null
        ? one
        : one + " − " + Words.initialisation(each.comparedWith());
  }

  private void row(
      Row row, List<String> columns, Map<String, ExperimentReport.Published> cells, Markup out) {
    out.start("tr").element("th", Words.percent(row.fraction()), "scope", "row");
    out.element("td", Words.mode(row.mode()));
    out.element("td", row.architecture() == null ? "not said" : row.architecture());
    for (String what : columns) {
      ExperimentReport.Published each = cells.get(what);
      if (each == null) {
        out.element("td", "–").element("td", "–");
        continue;
      }
      boolean signed = each.comparedWith() != null;
      out.start("td").text(number(each.value(), signed));
      if (each.lower() != null && each.upper() != null) {
        String range =
            "[%s, %s]".formatted(number(each.lower(), signed), number(each.upper(), signed));
        out.element("span", range, "class", "range");
      }
      out.end().start("td");
      Optional<Ours> ours = signed ? difference(each) : auroc(each);
      if (ours.isPresent()) {
        out.text(ours.get().value()).element("span", ours.get().range(), "class", "range");
      } else {
        out.text("–");
      }
      out.end();
    }
    out.end();
  }

  private static String number(double value, boolean signed) {
    return signed ? Words.signedThree(value) : Words.three(value);
  }

  /** Our figure and its interval, in words. */
  private record Ours(String value, String range) {}

  private Optional<Ours> auroc(ExperimentReport.Published wanted) {
    return report.intervals().cells().stream()
        .filter(cell -> cell.task().equals(wanted.task()) && cell.mode().equals(wanted.mode()))
        .filter(cell -> isOf(wanted, cell.architecture()))
        .filter(cell -> cell.fraction() == wanted.fraction())
        .filter(cell -> cell.initialisation().equals(wanted.initialisation()))
        .map(Cell::auroc)
        .map(value -> new Ours(Words.three(value.estimate()), Words.range(value)))
        .findFirst();
  }

  private Optional<Ours> difference(ExperimentReport.Published wanted) {
    return report.intervals().differences().stream()
        .filter(each -> each.task().equals(wanted.task()) && each.mode().equals(wanted.mode()))
        .filter(each -> isOf(wanted, each.architecture()))
        .filter(each -> each.fraction() == wanted.fraction())
        .filter(each -> each.a().equals(wanted.initialisation()))
        .filter(each -> each.b().equals(wanted.comparedWith()))
        .map(ExperimentIntervals.Difference::difference)
        .map(value -> new Ours(Words.signedThree(value.estimate()), Words.signedRange(value)))
        .findFirst();
  }
}
