package org.mococxr.learning.export;

import java.util.List;
import java.util.Map;
import org.mococxr.learning.network.Node;

/** How a network is computed in a graph where that is not float32. */
sealed interface Arithmetic permits EightBitGraph, HalfGraph {

  /** Where its operations and constants are added. */
  OnnxGraph graph();

  /** Batch norms by the convolution that they follow and become a part of. */
  Map<String, Node.BatchNorm> folded();

  /** Whether it computes a convolution. */
  boolean computes(Node.Conv conv);

  /** The planes of {@link NetworkGraph}. */
  String planes(Node.Input node);

  /** What a grey level is multiplied by in the first plane. */
  float grey();

  /** What the second plane has everywhere. */
  int level();

  /**
   * Weight and bias of a convolution that this computes.
   *
   * @param weight {@code shape}, the first dimension being the outputs
   * @param bias by output
   * @return their names in the graph
   */
  List<String> parameters(Node.Conv conv, float[] weight, long[] shape, double[] bias);

  /** The name in the graph under which others read a node's result. */
  String map(Node node, String result);
}
