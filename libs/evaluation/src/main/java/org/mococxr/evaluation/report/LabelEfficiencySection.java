package org.mococxr.evaluation.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mococxr.evaluation.intervals.BootstrapOptions;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.intervals.ExperimentIntervals.Cell;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.specs.run.IntervalOptions;

/** The paper's figure and its tables: AUROC against label fraction, per architecture and mode. */
final class LabelEfficiencySection {
  /** Tasks shown open; further ones are folded away. */
  private static final int OPEN_TASKS = 3;

  private final ExperimentReport report;
  private final ExperimentIntervals intervals;
  private final List<String> initialisations;
  private final PublishedTable published;
  private final Markup out;

  private LabelEfficiencySection(ExperimentReport report, Markup out) {
    this.report = report;
    this.out = out;
    intervals = report.intervals();
    published = new PublishedTable(report);
    initialisations = intervals.cells().stream().map(Cell::initialisation).distinct().toList();
  }

  static void write(ExperimentReport report, Markup out) {
    if (report.intervals() != null) {
      new LabelEfficiencySection(report, out).section();
    }
  }

  /** One panel of the figure. */
  private record Setting(String architecture, String mode) {
    static Setting of(Cell cell) {
      return new Setting(cell.architecture(), cell.mode());
    }

    String title(boolean withArchitecture) {
      return Words.mode(mode) + (withArchitecture ? ", " + architecture : "");
    }
  }

  private void section() {
    out.start("section", "id", "labels").element("h2", "AUROC by share of labels");
    List<String> tasks = intervals.cells().stream().map(Cell::task).distinct().toList();
    for (int i = 0; i < tasks.size(); i++) {
      boolean folded = i >= OPEN_TASKS;
      if (folded) {
        out.start("details").element("summary", tasks.get(i));
      } else if (tasks.size() > 1) {
        out.element("h3", tasks.get(i));
      }
      task(tasks.get(i), i);
      if (folded) {
        out.end();
      }
    }
    method();
    out.end().line();
  }

  private void task(String task, int number) {
    List<Cell> cells = intervals.cells().stream().filter(cell -> cell.task().equals(task)).toList();
    Map<Setting, List<Cell>> panels = new LinkedHashMap<>();
    cells.forEach(
        cell -> panels.computeIfAbsent(Setting.of(cell), key -> new ArrayList<>()).add(cell));
    boolean several = cells.stream().map(Cell::architecture).distinct().count() > 1;
    Axis y = vertical(cells);
    Axis x = horizontal(cells);
    List<Panel> drawn = new ArrayList<>();
    panels.forEach((setting, of) -> drawn.add(panel(setting.title(several), x, y, of)));
    Figure figure =
        new Figure(
            "label-efficiency-" + number,
            "AUROC against the share of labels: " + task,
            "One panel per mode, one line per initialisation, bars for the "
                + Words.percent(intervals.bootstrap().level())
                + " intervals. The same numbers stand in the table below.",
            2,
            drawn.size() == 1 ? 640 : 470,
            330,
            drawn);
    HtmlReport.figure(out, figure, caption(cells));
    panels.forEach(
        (setting, of) -> {
          aurocTable(setting.title(several), of);
          differenceTable(task, setting);
        });
    published.write(task, out);
  }

  private String caption(List<Cell> cells) {
    long most = cells.stream().mapToLong(cell -> cell.draws().size()).max().orElse(0);
    String hollow =
        shown(cells).isEmpty()
            ? ""
            : " Hollow marks: published numbers, of the table at the end, on their own data.";
    return "Mean test AUROC over up to "
        + most
        + (most == 1 ? " draw" : " draws")
        + " of the training labels; bars: "
        + Words.percent(intervals.bootstrap().level())
        + " bootstrap intervals; faint marks: single draws."
        + hollow;
  }

  private Axis vertical(List<Cell> cells) {
    List<Double> values = new ArrayList<>();
    for (Cell cell : cells) {
      values.add(cell.auroc().lower());
      values.add(cell.auroc().upper());
      cell.draws().forEach(draw -> values.add(draw.auroc()));
    }
    shown(cells).forEach(each -> values.add(each.value()));
    return Axis.linear("AUROC", values, 0, 1);
  }

  private Axis horizontal(List<Cell> cells) {
    Map<Double, Long> labels = new TreeMap<>();
    for (ExperimentReport.DataCount count : report.data()) {
      if (count.fraction() != null) {
        labels.putIfAbsent(count.fraction(), count.images());
      }
    }
    return Axis.fractions(
        cells.stream()
            .map(Cell::fraction)
            .distinct()
            .sorted()
            .map(
                fraction ->
                    new Axis.Tick(
                        fraction,
                        Words.percent(fraction),
                        labels.containsKey(fraction)
                            ? Words.whole(labels.get(fraction)) + " images"
                            : null))
            .toList());
  }

  private Panel panel(String title, Axis x, Axis y, List<Cell> cells) {
    List<Series> series = new ArrayList<>();
    for (String initialisation : initialisations) {
      int style = Series.styleOf(initialisation, initialisations);
      List<Cell> own =
          cells.stream().filter(cell -> cell.initialisation().equals(initialisation)).toList();
      if (own.isEmpty()) {
        continue;
      }
      List<Series.Mark> single = new ArrayList<>();
      List<Series.Mark> mean = new ArrayList<>();
      for (Cell cell : own) {
        cell.draws()
            .forEach(
                draw ->
                    single.add(
                        new Series.Mark(
                            cell.fraction(),
                            draw.auroc(),
                            "draw %d: %s".formatted(draw.draw(), Words.three(draw.auroc())))));
        Interval auroc = cell.auroc();
        String tip =
            "%s, %s: %s %s"
                .formatted(
                    Words.initialisation(initialisation),
                    Words.percent(cell.fraction()),
                    Words.three(auroc.estimate()),
                    Words.range(auroc));
        mean.add(
            new Series.Mark(cell.fraction(), auroc.estimate(), auroc.lower(), auroc.upper(), tip));
      }
      if (single.size() > own.size()) {
        series.add(new Series("", style, false, Series.Shape.FAINT, single));
      }
      series.add(
          new Series(Words.initialisation(initialisation), style, true, Series.Shape.FULL, mean));
      published(cells.getFirst(), initialisation, style, x).ifPresent(series::add);
    }
    List<Panel.Guide> guides =
        y.low() < 0.5 && y.high() > 0.5
            ? List.of(new Panel.Guide(x.high(), 0.5, x.low(), 0.5, "chance"))
            : List.of();
    return new Panel(title, x, y, guides, series, true);
  }

  private Optional<Series> published(Cell panel, String initialisation, int style, Axis x) {
    List<Series.Mark> marks =
        published.aurocs(panel.task(), panel.architecture(), panel.mode()).stream()
            .filter(each -> each.initialisation().equals(initialisation))
            .filter(each -> within(x, each))
            .map(
                each ->
                    new Series.Mark(
                        each.fraction(),
                        each.value(),
                        "%s, %s: %s (%s)"
                            .formatted(
                                Words.initialisation(initialisation),
                                Words.percent(each.fraction()),
                                Words.three(each.value()),
                                each.source())))
            .toList();
    return marks.isEmpty()
        ? Optional.empty()
        : Optional.of(new Series("", style, false, Series.Shape.HOLLOW, marks));
  }

  private static boolean within(Axis x, ExperimentReport.Published each) {
    return each.fraction() > x.low() && each.fraction() < x.high();
  }

  /** The numbers of others that the panels show: at fractions between ours. */
  private List<ExperimentReport.Published> shown(List<Cell> cells) {
    Axis x = horizontal(cells);
    return cells.stream()
        .flatMap(
            cell ->
                published.aurocs(cell.task(), cell.architecture(), cell.mode()).stream()
                    .filter(each -> each.initialisation().equals(cell.initialisation())))
        .filter(each -> within(x, each))
        .distinct()
        .toList();
  }

  private void aurocTable(String title, List<Cell> cells) {
    out.start("div", "class", "scroll").start("table");
    out.element("caption", title + ": mean AUROC");
    out.start("thead").start("tr").heads("Labels");
    for (String initialisation : initialisations) {
      int style = Series.styleOf(initialisation, initialisations);
      out.start("th", "scope", "col");
      out.start("span", "class", "key s" + style).end();
      out.text(Words.initialisation(initialisation)).end();
    }
    out.heads("Draws").end().end().start("tbody");
    for (double fraction :
        cells.stream().mapToDouble(Cell::fraction).distinct().sorted().toArray()) {
      out.start("tr").element("th", Words.percent(fraction), "scope", "row");
      long draws = 0;
      for (String initialisation : initialisations) {
        Cell cell =
            cells.stream()
                .filter(each -> each.fraction() == fraction)
                .filter(each -> each.initialisation().equals(initialisation))
                .findFirst()
                .orElse(null);
        out.start("td", "title", cell == null ? null : delong(cell));
        if (cell == null) {
          out.text("–");
        } else {
          draws = Math.max(draws, cell.draws().size());
          out.text(Words.three(cell.auroc().estimate()));
          out.element("span", Words.range(cell.auroc()), "class", "range");
          caution(cell.caution());
        }
        out.end();
      }
      out.element("td", Long.toString(draws)).end();
    }
    out.end().end().end().line();
  }

  private static String delong(Cell cell) {
    return cell.delong() == null ? null : "DeLong: " + Words.range(cell.delong());
  }

  private void differenceTable(String task, Setting setting) {
    List<ExperimentIntervals.Difference> rows =
        intervals.differences().stream()
            .filter(each -> each.task().equals(task))
            .filter(each -> each.architecture().equals(setting.architecture()))
            .filter(each -> each.mode().equals(setting.mode()))
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    boolean withP = rows.stream().anyMatch(each -> each.pValue() != null);
    out.start("div", "class", "scroll").start("table");
    out.element("caption", "Paired differences in AUROC");
    out.start("thead").start("tr");
    out.heads("Labels", "Difference of", "Mean over draws, interval");
    if (withP) {
      out.heads("p", "p, Holm");
    }
    out.heads("Draws, one by one").end().end().start("tbody");
    for (ExperimentIntervals.Difference each : rows) {
      Interval d = each.difference();
      out.start("tr").element("th", Words.percent(each.fraction()), "scope", "row");
      out.element("td", Words.initialisation(each.a()) + " − " + Words.initialisation(each.b()));
      String sure = !d.excludesZero() ? null : d.estimate() > 0 ? "sure above" : "sure below";
      out.start("td", "class", sure).text(Words.signedThree(d.estimate()));
      out.element("span", Words.signedRange(d), "class", "range");
      caution(each.caution());
      out.end();
      if (withP) {
        out.element("td", each.pValue() == null ? "–" : Words.pValue(each.pValue()));
        out.element(
            "td", each.adjustedPValue() == null ? "–" : Words.pValue(each.adjustedPValue()));
      }
      out.element(
              "td",
              String.join(
                  "  ",
                  each.draws().stream().map(draw -> Words.signedThree(draw.difference())).toList()))
          .end();
    }
    out.end().end().end().line();
  }

  /** Marks an interval that may hold the truth less often than its level says. */
  private void caution(String why) {
    if (why != null) {
      out.element("span", "⚠ " + why, "class", "caution");
    }
  }

  private void method() {
    BootstrapOptions how = intervals.bootstrap();
    String units = how.unit() == IntervalOptions.Unit.PATIENT ? "patients" : "studies";
    String resamples =
        "%s resamples of the test set's %s, the same for every run; %s resamples lacked a class and were drawn anew"
            .formatted(Words.whole(how.replicates()), units, Words.whole(intervals.redrawn()));
    String ends =
        switch (how.method()) {
          case SCORE ->
              "score intervals with %s as independent units%s"
                  .formatted(
                      units,
                      intervals.tasks().size() > 1
                          ? "; of the mean over tasks, percentiles of " + resamples
                          : "");
          case PERCENTILE -> "percentiles of " + resamples;
          case REFERENCE -> "the reference's places among " + resamples;
          case BCA -> "bias-corrected and accelerated ends of " + resamples;
        };
    out.element(
        "p",
        ("Intervals: level %s, %s. Differences are paired. Bold: the interval excludes zero. p is"
                + " two-sided, by Student's t on the paired variance with %s as units; Holm's is"
                + " corrected for all comparisons of this report. ⚠ marks intervals that rest on"
                + " so few cases that they may hold the truth less often than %s.")
            .formatted(Words.percent(how.level()), ends, units, Words.percent(how.level())),
        "class",
        "note");
  }
}
