package org.mococxr.evaluation.report;

import java.util.List;

/**
 * What belongs together in a panel.
 *
 * @param name as in the legend; empty for what needs no entry
 * @param style which colour, marker and dash, 0 … {@value #STYLES} − 1
 * @param line whether marks are joined
 * @param shape how marks are drawn
 * @param marks in order
 */
record Series(String name, int style, boolean line, Shape shape, List<Mark> marks) {
  /** How many styles can be told apart. */
  static final int STYLES = 7;

  /** How marks are drawn. */
  enum Shape {
    /** Not at all: a line only. */
    NONE,
    /** In the style's own shape. */
    FULL,
    /** Small and faint. */
    FAINT,
    /** Outlined: numbers of others. */
    HOLLOW
  }

  /**
   * A value.
   *
   * @param low start of its interval; NaN if none
   * @param high end of its interval; NaN if none
   * @param tip what a pointer over it shows; null if nothing
   */
  record Mark(double x, double y, double low, double high, String tip) {
    Mark(double x, double y, String tip) {
      this(x, y, Double.NaN, Double.NaN, tip);
    }

    /** Whether it has a place: a rate that the data do not define has none. */
    boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  Series {
    style = Math.floorMod(style, STYLES);
    marks = List.copyOf(marks);
  }

  /** A bare line. */
  static Series line(String name, int style, List<Mark> marks) {
    return new Series(name, style, true, Shape.NONE, marks);
  }

  /** The style of an initialisation: the same in every figure. */
  static int styleOf(String initialisation, List<String> all) {
    return switch (initialisation) {
      case "moco" -> 0;
      case "random" -> 1;
      case "imagenet" -> 2;
      default -> 3 + Math.max(0, all.indexOf(initialisation)) % (STYLES - 3);
    };
  }
}
