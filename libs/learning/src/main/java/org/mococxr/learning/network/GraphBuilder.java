package org.mococxr.learning.network;

import java.util.ArrayList;
import java.util.List;

/** Collects nodes in order; every method returns the id of the node that it added. */
final class GraphBuilder {
  private static final double EPSILON = 1e-5;

  private final List<Node> nodes = new ArrayList<>();
  private final double normMomentum;
  private final double epsilon;

  GraphBuilder(double normMomentum) {
    this(normMomentum, EPSILON);
  }

  GraphBuilder(double normMomentum, double epsilon) {
    this.normMomentum = normMomentum;
    this.epsilon = epsilon;
  }

  String add(Node node) {
    nodes.add(node);
    return node.id();
  }

  String image() {
    return add(new Node.Input("image", 3));
  }

  String conv(String id, String x, int in, int out, int kernel, int stride) {
    return conv(id, x, in, out, kernel, stride, 1);
  }

  /** Padded by half the kernel, so that stride 1 keeps the size. */
  String conv(String id, String x, int in, int out, int kernel, int stride, int groups) {
    return add(new Node.Conv(id, x, in, out, kernel, stride, kernel / 2, groups));
  }

  String sigmoid(String id, String x) {
    return add(new Node.Sigmoid(id, x));
  }

  String silu(String id, String x) {
    return add(new Node.Silu(id, x));
  }

  /**
   * Squeeze and excitation (Hu et al. 2018): a factor for each channel from the channels' means.
   *
   * @param id of the module that holds {@code fc1} and {@code fc2}
   * @param silu which activation stands between them: SiLU, or ReLU
   */
  String excitation(String id, String x, int channels, int squeezed, boolean silu) {
    String s = add(new Node.GlobalAvgPool(id + ".avgpool", x));
    s = add(new Node.Conv(id + ".fc1", s, channels, squeezed, 1, 1, 1, 0, 0, 1, true));
    s = silu ? silu(id + ".activation", s) : relu(id + ".activation", s);
    s = add(new Node.Conv(id + ".fc2", s, squeezed, channels, 1, 1, 1, 0, 0, 1, true));
    return add(new Node.Scale(id, x, sigmoid(id + ".gate", s)));
  }

  String norm(String id, String x, int channels) {
    return add(new Node.BatchNorm(id, x, channels, epsilon, normMomentum));
  }

  String relu(String id, String x) {
    return add(new Node.Relu(id, x));
  }

  String maxPool(String id, String x, int kernel, int stride, int padding) {
    return add(new Node.MaxPool(id, x, kernel, stride, padding));
  }

  /** Over 3×3 windows, of what lies in the map alone; the size stays. */
  String smooth(String id, String x) {
    return add(new Node.AvgPool(id, x, 3, 1, 1));
  }

  String avgPool(String id, String x, int kernel, int stride) {
    return add(new Node.AvgPool(id, x, kernel, stride));
  }

  String sum(String id, String left, String right) {
    return add(new Node.Add(id, left, right));
  }

  String concat(String id, List<String> inputs) {
    return add(new Node.Concat(id, inputs));
  }

  /** Global pooling and flattening of the last feature map: the network is finished. */
  Network pooled(
      String architecture,
      String featureMap,
      int dimension,
      String headName,
      Network.ConvolutionInit init) {
    add(new Node.GlobalAvgPool("avgpool", featureMap));
    add(new Node.Flatten("features.pooled", "avgpool"));
    return new Network(
        architecture, nodes, featureMap, "features.pooled", dimension, headName, init);
  }
}
