package org.mococxr.learning.export;

import static org.mococxr.learning.export.OnnxGraph.integer;
import static org.mococxr.learning.export.OnnxGraph.ints;
import static org.mococxr.learning.export.OnnxGraph.real;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.state.StateDict;

/**
 * Adds a network's nodes to a graph. Normalisation and the repetition of the grey plane are inside
 * the first convolution.
 */
final class NetworkGraph {
  private final OnnxGraph graph;
  private final Network network;
  private final StateDict parameters;
  private final Map<String, String> results = new HashMap<>();

  private NetworkGraph(OnnxGraph graph, Network network, StateDict parameters) {
    this.graph = graph;
    this.network = network;
    this.parameters = parameters;
  }

  /**
   * Adds.
   *
   * @param normalisation that the network was trained with
   * @param other how parts of it are computed that are not computed in float32
   */
  static NetworkGraph add(
      OnnxGraph graph,
      Network network,
      StateDict parameters,
      Normalisation normalisation,
      Optional<Arithmetic> other) {
    NetworkGraph added =
        new NetworkGraph(other.map(Arithmetic::graph).orElse(graph), network, parameters);
    for (Node node : network.nodes()) {
      added.results.put(
          node.id(),
          other.isEmpty()
              ? added.write(node, normalisation)
              : added.write(node, normalisation, other.get()));
    }
    return added;
  }

  private String write(Node node, Normalisation normalisation, Arithmetic to) {
    String result =
        switch (node) {
          case Node.Input i -> to.planes(i);
          case Node.Conv c when to.computes(c) -> convolution(c, normalisation, to);
          case Node.BatchNorm b when to.folded().containsKey(b.input()) -> result(b.input());
          case Node.BatchNorm b -> norm(b);
          default -> write(node, normalisation);
        };
    return to.map(node, result);
  }

  /**
   * What a batch norm does to each channel: {@code factor · x + shift}.
   *
   * @param factors by channel
   * @param shifts by channel
   */
  private record Lines(double[] factors, double[] shifts) {}

  private Lines lines(Node.BatchNorm norm) {
    float[] gain = values(norm.weight());
    float[] shift = values(norm.bias());
    float[] mean = values(norm.runningMean());
    float[] variance = values(norm.runningVar());
    Lines lines = new Lines(new double[gain.length], new double[gain.length]);
    for (int c = 0; c < gain.length; c++) {
      lines.factors[c] = gain[c] / Math.sqrt(variance[c] + norm.epsilon());
      lines.shifts[c] = shift[c] - mean[c] * lines.factors[c];
    }
    return lines;
  }

  /** Of mean 0 and variance 1: a variance itself may be too small or large to be rounded. */
  private String norm(Node.BatchNorm norm) {
    Lines lines = lines(norm);
    float[] ones = new float[norm.channels()];
    Arrays.fill(ones, 1);
    return graph.node(
        "BatchNormalization",
        "n/" + norm.id(),
        List.of(
            result(norm.input()),
            graph.constant(norm.weight(), floats(lines.factors), ones.length),
            graph.constant(norm.bias(), floats(lines.shifts), ones.length),
            graph.constant(norm.runningMean(), new float[ones.length], ones.length),
            graph.constant(norm.runningVar(), ones, ones.length)),
        real("epsilon", 0));
  }

  static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** With the batch norm that follows it, if one does, inside. */
  private String convolution(Node.Conv conv, Normalisation normalisation, Arithmetic to) {
    boolean stem = conv.input().equals(network.input().id());
    float[] weight =
        stem ? stemWeight(conv, normalisation, to.grey(), to.level()) : values(conv.weight());
    double[] bias = new double[conv.out()];
    if (conv.biased()) {
      float[] own = values(conv.bias());
      Arrays.setAll(bias, out -> own[out]);
    }
    Node.BatchNorm norm = to.folded().get(conv.id());
    if (norm != null) {
      Lines lines = lines(norm);
      int each = weight.length / bias.length;
      for (int out = 0; out < bias.length; out++) {
        bias[out] = bias[out] * lines.factors[out] + lines.shifts[out];
        for (int i = 0; i < each; i++) {
          weight[out * each + i] *= (float) lines.factors[out];
        }
      }
    }
    long[] shape = {
      conv.out(), stem ? 2 : conv.in() / conv.groups(), conv.kernel(), conv.kernelWidth()
    };
    List<String> inputs = new ArrayList<>(List.of(result(conv.input())));
    inputs.addAll(to.parameters(conv, weight, shape, bias));
    return convolution(conv, inputs);
  }

  private String convolution(Node.Conv c, List<String> inputs) {
    return graph.node(
        "Conv",
        "n/" + c.id(),
        inputs,
        ints("kernel_shape", c.kernel(), c.kernelWidth()),
        ints("strides", c.stride(), c.stride()),
        ints("pads", c.padding(), c.paddingWidth(), c.padding(), c.paddingWidth()),
        integer("group", c.groups()));
  }

  private String pool(String operation, Node p, int kernel, int stride, int padding, boolean ceil) {
    return graph.node(
        operation,
        "n/" + p.id(),
        p.inputs().stream().map(this::result).toList(),
        ints("kernel_shape", kernel, kernel),
        ints("strides", stride, stride),
        ints("pads", padding, padding, padding, padding),
        integer("ceil_mode", ceil ? 1 : 0));
  }

  /** The name that a node's result has in the graph. */
  String result(String id) {
    return results.get(id);
  }

  private float[] values(String name) {
    return parameters.get(name).toFloats();
  }

  private String constant(String name) {
    return graph.constant(name, values(name), parameters.get(name).shape());
  }

  private String write(Node node, Normalisation normalisation) {
    // Node ids may equal the names of inputs and outputs.
    String out = "n/" + node.id();
    return switch (node) {
      case Node.Input i -> imageAndMask(graph, 1);
      case Node.Conv c -> {
        boolean stem = c.input().equals(network.input().id());
        String weight = stem ? stem(c, normalisation) : constant(c.weight());
        yield convolution(
            c,
            c.biased()
                ? List.of(result(c.input()), weight, constant(c.bias()))
                : List.of(result(c.input()), weight));
      }
      case Node.BatchNorm b ->
          graph.node(
              "BatchNormalization",
              out,
              List.of(
                  result(b.input()),
                  constant(b.weight()),
                  constant(b.bias()),
                  constant(b.runningMean()),
                  constant(b.runningVar())),
              real("epsilon", (float) b.epsilon()));
      case Node.Relu r -> graph.node("Relu", out, List.of(result(r.input())));
      case Node.Sigmoid g -> graph.node("Sigmoid", out, List.of(result(g.input())));
      case Node.Silu g -> {
        String gate = graph.node("Sigmoid", out + "/gate", List.of(result(g.input())));
        yield graph.node("Mul", out, List.of(result(g.input()), gate));
      }
      case Node.Scale g -> graph.node("Mul", out, List.of(result(g.input()), result(g.factors())));
      case Node.MaxPool p -> pool("MaxPool", p, p.kernel(), p.stride(), p.padding(), p.ceil());
      case Node.AvgPool p -> pool("AveragePool", p, p.kernel(), p.stride(), p.padding(), p.ceil());
      case Node.Pad p -> {
        long[] sides = {0, 0, p.before(), p.before(), 0, 0, p.after(), p.after()};
        String pads = graph.constant(out + "/pads", sides);
        yield graph.node("Pad", out, List.of(result(p.input()), pads));
      }
      case Node.GlobalAvgPool p -> graph.node("GlobalAveragePool", out, List.of(result(p.input())));
      case Node.Flatten f ->
          graph.node("Flatten", out, List.of(result(f.input())), integer("axis", 1));
      case Node.Add a -> graph.node("Add", out, List.of(result(a.left()), result(a.right())));
      case Node.Concat c ->
          graph.node(
              "Concat", out, c.inputs().stream().map(this::result).toList(), integer("axis", 1));
      case Node.Linear l ->
          graph.node(
              "Gemm",
              out,
              List.of(result(l.input()), constant(l.weight()), constant(l.bias())),
              integer("transB", 1));
      case Node.Dropout d -> result(d.input());
    };
  }

  /**
   * Two planes: the grey levels, and ones. A convolution pads its input with zeros after
   * normalisation, where 0 means the mean grey; the plane of ones, which is padded with zeros too,
   * carries the subtracted mean exactly as far as the picture reaches. So the normalisation folds
   * into the weights without an error at the border, for unequal planes also.
   *
   * @param scale of the grey levels
   */
  static String imageAndMask(OnnxGraph graph, float scale) {
    String grey =
        graph.node(
            "Cast", "n/grey", List.of(OnnxWriter.IMAGE), integer("to", graph.real().getNumber()));
    String split = graph.constant("n/split", new float[] {scale, 0}, 2, 1, 1, 1);
    String ones = graph.constant("n/ones", new float[] {0, 1}, 2);
    return graph.node("Conv", "n/planes", List.of(grey, split, ones));
  }

  private String stem(Node.Conv conv, Normalisation normalisation) {
    return graph.constant(
        "n/stem",
        stemWeight(conv, normalisation, 1, 1),
        conv.out(),
        2,
        conv.kernel(),
        conv.kernelWidth());
  }

  /**
   * @param grey what a grey level is multiplied by in its plane
   * @param level what the plane of ones has in place of 1
   */
  private float[] stemWeight(Node.Conv conv, Normalisation normalisation, float grey, int level) {
    float[] weight = values(conv.weight());
    int area = conv.kernel() * conv.kernelWidth();
    float[] folded = new float[conv.out() * 2 * area];
    for (int out = 0; out < conv.out(); out++) {
      for (int at = 0; at < area; at++) {
        double slope = 0;
        double shift = 0;
        for (int plane = 0; plane < conv.in(); plane++) {
          double w = weight[(out * conv.in() + plane) * area + at];
          double std = normalisation.std()[plane];
          slope += w / (255 * std);
          shift -= w * normalisation.mean()[plane] / std;
        }
        folded[out * 2 * area + at] = (float) (slope / grey);
        folded[(out * 2 + 1) * area + at] = (float) (shift / level);
      }
    }
    return folded;
  }
}
