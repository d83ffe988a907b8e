package org.mococxr.evaluation.report;

import java.util.List;

/**
 * One pair of axes.
 *
 * @param title above it; empty if none
 * @param guides thin lines that help the eye, drawn below the series
 * @param dodge whether marks of different series are moved apart sideways, so that bars at the same
 *     x do not cover each other
 */
record Panel(String title, Axis x, Axis y, List<Guide> guides, List<Series> series, boolean dodge) {

  /**
   * A thin line from one point to another, in values; its label stands at the first, or is null.
   */
  record Guide(double x1, double y1, double x2, double y2, String label) {}

  Panel {
    guides = List.copyOf(guides);
    series = List.copyOf(series);
  }
}
