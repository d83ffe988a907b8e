package org.mococxr.evaluation.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Panels side by side under one legend, drawn as one SVG, so that it can be saved whole. Colours
 * come from the page's style sheet ({@code .s0} … {@code .s6}), shapes and dashes tell series apart
 * without them.
 *
 * @param id unique in the page; letters, digits and hyphens
 * @param title short
 * @param description what it shows, in words: for readers who cannot see it
 * @param columns panels in a row
 * @param panelWidth in px, of a panel with its axis
 * @param panelHeight in px
 */
record Figure(
    String id,
    String title,
    String description,
    int columns,
    int panelWidth,
    int panelHeight,
    List<Panel> panels) {
  private static final int LEFT = 58;
  private static final int RIGHT = 14;
  private static final int TOP = 34;
  private static final int BOTTOM = 58;
  private static final int LEGEND = 30;
  private static final double DODGE = 7;
  private static final String[] DASHES = {null, "7 4", "2 3", "9 3 2 3", "12 4", "4 2", "1 4"};

  Figure {
    panels = List.copyOf(panels);
  }

  /** Draws it. */
  void write(Markup out) {
    int across = Math.min(columns, panels.size());
    int rows = (panels.size() + columns - 1) / columns;
    Map<String, Series> legend = legend();
    int legendHeight = legend.isEmpty() ? 0 : LEGEND;
    int width = across * panelWidth;
    int height = rows * panelHeight + legendHeight;
    out.start(
        "svg",
        "class",
        "chart",
        "id",
        id,
        "role",
        "img",
        "aria-labelledby",
        id + "-t " + id + "-d",
        "viewBox",
        "0 0 " + width + " " + height,
        "width",
        Integer.toString(width),
        "height",
        Integer.toString(height),
        "xmlns",
        "http://www.w3.org/2000/svg");
    out.element("title", title, "id", id + "-t").element("desc", description, "id", id + "-d");
    out.leaf("rect", "class", "paper", "width", "" + width, "height", "" + height);
    drawLegend(out, legend);
    for (int i = 0; i < panels.size(); i++) {
      int x = i % columns * panelWidth;
      int y = i / columns * panelHeight + legendHeight;
      out.start("g", "class", "panel", "transform", "translate(" + x + "," + y + ")");
      draw(out, panels.get(i));
      out.end();
    }
    out.end().line();
  }

  private Map<String, Series> legend() {
    Map<String, Series> names = new LinkedHashMap<>();
    for (Panel panel : panels) {
      for (Series series : panel.series()) {
        if (!series.name().isEmpty()) {
          names.putIfAbsent(series.name(), series);
        }
      }
    }
    return names;
  }

  private void drawLegend(Markup out, Map<String, Series> legend) {
    double x = LEFT;
    for (Series series : legend.values()) {
      out.start("g", "class", "s" + series.style());
      if (series.line()) {
        line(out, x, 16, x + 26, 16, series.style());
      }
      if (series.shape() != Series.Shape.NONE) {
        marker(out, x + 13, 16, series, null);
      }
      out.element("text", series.name(), "x", n(x + 33), "y", "20", "class", "legend");
      out.end();
      x += 52 + 6.6 * series.name().length();
    }
  }

  private void draw(Markup out, Panel panel) {
    Plot plot = new Plot(panel.x(), panel.y(), LEFT, panelWidth - RIGHT, TOP, panelHeight - BOTTOM);
    if (!panel.title().isEmpty()) {
      out.element("text", panel.title(), "x", n(plot.left), "y", "20", "class", "panel-title");
    }
    axes(out, panel, plot);
    for (Panel.Guide guide : panel.guides()) {
      segment(
          out,
          "guide",
          plot.x(guide.x1()),
          plot.y(guide.y1()),
          plot.x(guide.x2()),
          plot.y(guide.y2()));
      if (guide.label() != null) {
        boolean fromRight = guide.x1() > guide.x2();
        out.element(
            "text",
            guide.label(),
            "class",
            fromRight ? "tick end" : "tick",
            "x",
            n(plot.x(guide.x1()) + (fromRight ? -5 : 5)),
            "y",
            n(plot.y(guide.y1()) - 5));
      }
    }
    List<Integer> styles = panel.series().stream().map(Series::style).distinct().toList();
    for (Series series : panel.series()) {
      double shift =
          panel.dodge() ? DODGE * (styles.indexOf(series.style()) - (styles.size() - 1) / 2.0) : 0;
      draw(out, series, plot, shift);
    }
  }

  private void axes(Markup out, Panel panel, Plot plot) {
    for (Axis.Tick tick : panel.y().ticks()) {
      double y = plot.y(tick.value());
      segment(out, "grid", plot.left, y, plot.right, y);
      out.element("text", tick.label(), "class", "tick end", "x", n(plot.left - 8), "y", n(y + 4));
    }
    if (!panel.x().ticks().isEmpty()) {
      segment(out, "axis", plot.left, plot.bottom, plot.right, plot.bottom);
    }
    for (Axis.Tick tick : panel.x().ticks()) {
      double x = plot.x(tick.value());
      segment(out, "axis", x, plot.bottom, x, plot.bottom + 4);
      out.element(
          "text", tick.label(), "class", "tick middle", "x", n(x), "y", n(plot.bottom + 18));
      if (tick.below() != null) {
        out.element(
            "text",
            tick.below(),
            "class",
            "tick small middle",
            "x",
            n(x),
            "y",
            n(plot.bottom + 31));
      }
    }
    double centre = (plot.left + plot.right) / 2;
    boolean two = panel.x().ticks().stream().anyMatch(tick -> tick.below() != null);
    out.element(
        "text",
        panel.x().label(),
        "class",
        "label middle",
        "x",
        n(centre),
        "y",
        n(plot.bottom + (two ? 49 : 38)));
    double middle = (plot.top + plot.bottom) / 2;
    out.element(
        "text",
        panel.y().label(),
        "class",
        "label middle",
        "transform",
        "translate(14," + n(middle) + ") rotate(-90)");
  }

  private void draw(Markup out, Series series, Plot plot, double shift) {
    out.start("g", "class", "series s" + series.style());
    List<Series.Mark> marks = series.marks().stream().filter(Series.Mark::isFinite).toList();
    if (series.line() && marks.size() > 1) {
      StringBuilder path = new StringBuilder();
      for (Series.Mark mark : marks) {
        path.append(path.isEmpty() ? 'M' : 'L')
            .append(n(plot.x(mark.x()) + shift))
            .append(' ')
            .append(n(plot.y(mark.y())));
      }
      out.leaf(
          "path",
          "class",
          "line",
          "d",
          path.toString(),
          "stroke-dasharray",
          DASHES[series.style()]);
    }
    for (Series.Mark mark : marks) {
      double x = plot.x(mark.x()) + shift;
      if (Double.isFinite(mark.low()) && Double.isFinite(mark.high())) {
        double low = plot.y(mark.low());
        double high = plot.y(mark.high());
        String path =
            "M%s %sV%sM%s %sh8M%s %sh8"
                .formatted(n(x), n(low), n(high), n(x - 4), n(low), n(x - 4), n(high));
        out.leaf("path", "class", "bar", "d", path);
      }
      if (series.shape() != Series.Shape.NONE) {
        marker(out, x, plot.y(mark.y()), series, mark.tip());
      }
    }
    out.end();
  }

  private static void segment(
      Markup out, String style, double x1, double y1, double x2, double y2) {
    String path = "M%s %sL%s %s".formatted(n(x1), n(y1), n(x2), n(y2));
    out.leaf("path", "class", style, "d", path);
  }

  private static void line(Markup out, double x1, double y1, double x2, double y2, int style) {
    out.leaf(
        "path",
        "class",
        "line",
        "d",
        "M%s %sL%s %s".formatted(n(x1), n(y1), n(x2), n(y2)),
        "stroke-dasharray",
        DASHES[style]);
  }

  private static void marker(Markup out, double x, double y, Series series, String tip) {
    double r = series.shape() == Series.Shape.FAINT ? 3 : 4.6;
    String path =
        switch (series.style()) {
          case 1 -> square(x, y, 0.9 * r);
          case 2 -> polygon(x, y, 1.3 * r, 4, 0);
          case 3 -> polygon(x, y, 1.3 * r, 3, 0);
          case 4 -> polygon(x, y, 1.3 * r, 3, Math.PI);
          case 5 -> polygon(x, y, 1.15 * r, 5, 0);
          case 6 -> polygon(x, y, 1.15 * r, 6, 0);
          default ->
              "M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0 %s 0Z"
                  .formatted(n(x - r), n(y), n(r), n(r), n(2 * r), n(r), n(r), n(-2 * r));
        };
    out.start("path", "class", "mark " + series.shape().name().toLowerCase(Locale.ROOT), "d", path);
    if (tip != null) {
      out.element("title", tip);
    }
    out.end();
  }

  private static String square(double x, double y, double r) {
    return "M%s %sh%sv%sh%sZ".formatted(n(x - r), n(y - r), n(2 * r), n(2 * r), n(-2 * r));
  }

  private static String polygon(double x, double y, double r, int corners, double turn) {
    List<String> points = new ArrayList<>();
    for (int i = 0; i < corners; i++) {
      double angle = turn - Math.PI / 2 + 2 * Math.PI * i / corners;
      points.add(n(x + r * Math.cos(angle)) + " " + n(y + r * Math.sin(angle)));
    }
    return "M" + String.join("L", points) + "Z";
  }

  /** A coordinate: one decimal is a tenth of a pixel. */
  private static String n(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** From values to pixels. */
  private record Plot(
      Axis horizontal, Axis vertical, double left, double right, double top, double bottom) {
    double x(double value) {
      return left + (right - left) * horizontal.share(value);
    }

    double y(double value) {
      double share = Math.min(1, Math.max(0, vertical.share(value)));
      return bottom - (bottom - top) * share;
    }
  }
}
