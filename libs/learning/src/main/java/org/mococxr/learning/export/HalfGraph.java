package org.mococxr.learning.export;

import static org.mococxr.learning.export.OnnxGraph.integer;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;

/**
 * A network in float16: its weights and feature maps up to the last one, which becomes float32. A
 * GPU adds the products of a convolution in float32 and rounds the sum.
 */
final class HalfGraph implements Arithmetic {
  /** A power of two, so that grey levels stay exact; it lifts weights into float16's range. */
  private static final float GREY = 1f / 256;

  private final OnnxGraph graph;
  private final Map<String, Node.BatchNorm> folded;
  private final String last;

  /** Whether the last feature map has been computed. */
  private boolean ended;

  /**
   * @param graph whose constants are float16, or rounded to it
   */
  HalfGraph(OnnxGraph graph, Network network) {
    this.graph = graph;
    this.folded = EightBitPlan.of(network).folded();
    this.last = network.featureMap();
  }

  @Override
  public OnnxGraph graph() {
    return graph;
  }

  @Override
  public Map<String, Node.BatchNorm> folded() {
    return folded;
  }

  @Override
  public boolean computes(Node.Conv conv) {
    return true;
  }

  @Override
  public String planes(Node.Input node) {
    return NetworkGraph.imageAndMask(graph, GREY);
  }

  @Override
  public float grey() {
    return GREY;
  }

  @Override
  public int level() {
    return 1;
  }

  @Override
  public List<String> parameters(Node.Conv conv, float[] weight, long[] shape, double[] bias) {
    String name = "n/" + conv.id();
    List<String> names = new ArrayList<>();
    names.add(graph.constant(name + "/weight", weight, shape));
    if (Arrays.stream(bias).anyMatch(value -> value != 0)) {
      names.add(graph.constant(name + "/bias", NetworkGraph.floats(bias), bias.length));
    }
    return names;
  }

  @Override
  public String map(Node node, String result) {
    if (ended) {
      return result;
    }
    String name = "n/" + node.id();
    boolean rounds =
        switch (node) {
          case Node.Conv c -> true;
          case Node.BatchNorm b -> !folded.containsKey(b.input());
          case Node.Sigmoid g -> true;
          case Node.Silu g -> true;
          case Node.Scale g -> true;
          case Node.Add a -> true;
          case Node.AvgPool p -> true;
          case Node.GlobalAvgPool p -> true;
          default -> false; // its values are among those that it reads
        };
    String rounded = rounds ? graph.rounded(name, result) : result;
    ended = node.id().equals(last);
    return ended
        ? graph.node(
            "Cast", name + "/32", List.of(rounded), integer("to", TensorProto.DataType.FLOAT_VALUE))
        : rounded;
  }
}
