package org.mococxr.learning.network;

import java.util.ArrayList;
import java.util.List;

/** Collects nodes in order; every method returns the id of the node that it added. */
final class GraphBuilder {
  private static final double EPSILON = 1e-5;

  private final List<Node> nodes = new ArrayList<>();
  private final double normMomentum;

  GraphBuilder(double normMomentum) {
    this.normMomentum = normMomentum;
  }

  List<Node> nodes() {
    return nodes;
  }

  private String add(Node node) {
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

  String norm(String id, String x, int channels) {
    return add(new Node.BatchNorm(id, x, channels, EPSILON, normMomentum));
  }

  String relu(String id, String x) {
    return add(new Node.Relu(id, x));
  }

  String maxPool(String id, String x, int kernel, int stride, int padding) {
    return add(new Node.MaxPool(id, x, kernel, stride, padding));
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
