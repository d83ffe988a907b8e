package org.mococxr.learning.export;

import static org.mococxr.learning.export.OnnxGraph.ints;

import java.util.List;
import org.mococxr.imaging.outliers.Subspace;

/** Adds the distance of features from those that a validation set has. */
final class DistanceGraph {
  private DistanceGraph() {}

  /**
   * {@link Subspace#distance} with one sum for what lies along the components: they are longer by
   * √(1 / residual − 1 / variance), which has a real value since they have the larger variances.
   */
  static void add(OnnxGraph graph, String features, Subspace validation, String result) {
    int d = validation.mean().length;
    int q = validation.components().length;
    float[] mean = new float[d];
    float[] components = new float[d * q];
    for (int i = 0; i < d; i++) {
      mean[i] = (float) validation.mean()[i];
      for (int k = 0; k < q; k++) {
        double saved = 1 / validation.residual() - 1 / validation.variances()[k];
        components[i * q + k] =
            (float) (validation.components()[k][i] * Math.sqrt(Math.max(0, saved)));
      }
    }
    String centred =
        graph.node(
            "Sub",
            "distance/centred",
            List.of(features, graph.constant("distance/mean", mean, 1, d)));
    float[] scale = {(float) Math.sqrt(1 / validation.residual())};
    String whole =
        squares(
            graph,
            "whole",
            graph.node(
                "Mul",
                "distance/scaled",
                List.of(centred, graph.constant("distance/scale", scale, 1))));
    String along =
        squares(
            graph,
            "along",
            graph.node(
                "MatMul",
                "distance/projected",
                List.of(centred, graph.constant("distance/components", components, d, q))));
    graph.output(graph.node("Sub", result, List.of(whole, along)), -1, 1);
  }

  private static String squares(OnnxGraph graph, String name, String of) {
    return graph.node("ReduceSumSquare", "distance/" + name, List.of(of), ints("axes", 1));
  }
}
