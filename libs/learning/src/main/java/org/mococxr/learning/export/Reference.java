package org.mococxr.learning.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the calibrated probabilities of one task lie over the test's studies, in parts of about a
 * tenth: what the probabilities that a service gives are compared with.
 *
 * @param studies in the test
 * @param edges between the parts, ascending; a part has what is above its lower edge and not above
 *     its upper one
 * @param shares of the studies in each part, one more than there are edges
 */
public record Reference(int studies, List<Double> edges, List<Double> shares) {
  private static final int PARTS = 10;

  /** With fewer studies the parts are chance. */
  public static final int LEAST_STUDIES = 50;

  /** Deciles of {@code probabilities}; those that are equal are one edge. */
  static Reference of(double[] probabilities) {
    double[] sorted = probabilities.clone();
    Arrays.sort(sorted);
    List<Double> edges = new ArrayList<>();
    for (int part = 1; part < PARTS; part++) {
      double edge = sorted[(part * sorted.length + PARTS - 1) / PARTS - 1];
      if (edges.isEmpty() || edge > edges.getLast()) {
        edges.add(edge);
      }
    }
    int[] counts = new int[edges.size() + 1];
    for (double probability : sorted) {
      counts[(int) edges.stream().filter(edge -> probability > edge).count()]++;
    }
    List<Double> shares =
        Arrays.stream(counts).mapToObj(count -> (double) count / sorted.length).toList();
    return new Reference(sorted.length, List.copyOf(edges), shares);
  }
}
