package org.mococxr.learning.export;

import static org.mococxr.learning.export.OnnxGraph.integer;
import static org.mococxr.learning.export.OnnxGraph.ints;
import static org.mococxr.learning.export.OnnxGraph.real;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.imaging.outliers.Subspace;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.state.StateDict;

/**
 * Writes a network as ONNX. The input is {@code image}, uint8 {@code [N, 1, H, W]}; normalisation
 * and the repetition of the grey plane are inside the first convolution.
 */
public final class OnnxWriter {
  /** Names of the graph's input and outputs. */
  public static final String IMAGE = "image";

  public static final String LOGITS = "logits";
  public static final String PROBABILITIES = "probabilities";
  public static final String FEATURES = "features";
  public static final String HEATMAPS = "heatmaps";
  public static final String DISTANCE = "distance";

  private final Network network;
  private final StateDict parameters;
  private final OnnxGraph graph;
  private final Map<String, String> results = new HashMap<>();

  private OnnxWriter(Network network, StateDict parameters) {
    this.network = network;
    this.parameters = parameters;
    this.graph = new OnnxGraph(network.architecture());
  }

  /**
   * A classifier with outputs {@code logits}, {@code probabilities}, {@code features}, {@code
   * heatmaps} and perhaps {@code distance} {@code [N, 1]}, of the features from those that a
   * validation set has.
   *
   * @param backbone without a head
   * @param parameters of the backbone
   * @param head on the pooled features
   * @param calibrations one per task, in the head's order
   * @param normalisation that the network was trained with
   * @param validation the distribution of a validation set's features; without it there is no
   *     {@code distance}
   * @return the bytes of {@code model.onnx}
   */
  public static byte[] classifier(
      Network backbone,
      StateDict parameters,
      LinearHead head,
      List<Calibration> calibrations,
      Normalisation normalisation,
      int height,
      int width,
      Optional<Subspace> validation) {
    OnnxWriter writer = new OnnxWriter(backbone, parameters);
    writer.backbone(normalisation, height, width);
    writer.head(head, calibrations, height, width);
    validation.ifPresent(writer::distance);
    return writer.graph.build(
        Map.of("architecture", backbone.architecture(), "tasks", String.join(",", head.tasks())));
  }

  /** An encoder with the output {@code features} alone. */
  public static byte[] encoder(
      Network backbone, StateDict parameters, Normalisation normalisation, int height, int width) {
    OnnxWriter writer = new OnnxWriter(backbone, parameters);
    writer.backbone(normalisation, height, width);
    return writer.graph.build(Map.of("architecture", backbone.architecture()));
  }

  private void backbone(Normalisation normalisation, int height, int width) {
    graph.imageInput(IMAGE, height, width);
    for (Node node : network.nodes()) {
      results.put(node.id(), write(node, normalisation));
    }
    graph.node("Identity", FEATURES, List.of(result(network.features())));
    graph.output(FEATURES, -1, network.featureDimension());
  }

  private String result(String id) {
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
      case Node.Input i -> imageAndMask();
      case Node.Conv c -> {
        boolean stem = c.input().equals(network.input().id());
        String weight = stem ? stem(c, normalisation) : constant(c.weight());
        yield graph.node(
            "Conv",
            out,
            c.biased()
                ? List.of(result(c.input()), weight, constant(c.bias()))
                : List.of(result(c.input()), weight),
            ints("kernel_shape", c.kernel(), c.kernelWidth()),
            ints("strides", c.stride(), c.stride()),
            ints("pads", c.padding(), c.paddingWidth(), c.padding(), c.paddingWidth()),
            integer("group", c.groups()));
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
      case Node.MaxPool p ->
          graph.node(
              "MaxPool",
              out,
              List.of(result(p.input())),
              ints("kernel_shape", p.kernel(), p.kernel()),
              ints("strides", p.stride(), p.stride()),
              ints("pads", p.padding(), p.padding(), p.padding(), p.padding()),
              integer("ceil_mode", p.ceil() ? 1 : 0));
      case Node.AvgPool p ->
          graph.node(
              "AveragePool",
              out,
              List.of(result(p.input())),
              ints("kernel_shape", p.kernel(), p.kernel()),
              ints("strides", p.stride(), p.stride()),
              ints("pads", p.padding(), p.padding(), p.padding(), p.padding()),
              integer("ceil_mode", p.ceil() ? 1 : 0));
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
   */
  private String imageAndMask() {
    String grey =
        graph.node(
            "Cast", "n/grey", List.of(IMAGE), integer("to", TensorProto.DataType.FLOAT_VALUE));
    String split = graph.constant("n/split", new float[] {1, 0}, 2, 1, 1, 1);
    String ones = graph.constant("n/ones", new float[] {0, 1}, 2);
    return graph.node("Conv", "n/planes", List.of(grey, split, ones));
  }

  private String stem(Node.Conv conv, Normalisation normalisation) {
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
        folded[out * 2 * area + at] = (float) slope;
        folded[(out * 2 + 1) * area + at] = (float) shift;
      }
    }
    return graph.constant("n/stem", folded, conv.out(), 2, conv.kernel(), conv.kernelWidth());
  }

  private void head(LinearHead all, List<Calibration> calibrations, int height, int width) {
    LinearHead head = all.perTask();
    int tasks = head.tasks().size();
    int d = network.featureDimension();
    float[] weight = head.weight();
    String bias = graph.constant("head.bias", head.bias(), tasks);
    graph.node(
        "Gemm",
        LOGITS,
        List.of(FEATURES, graph.constant("head.weight", weight, tasks, d), bias),
        integer("transB", 1));
    graph.output(LOGITS, -1, tasks);
    ProbabilityGraph.add(graph, LOGITS, PROBABILITIES, head.form(), calibrations);
    graph.output(PROBABILITIES, -1, tasks);
    // Pooled features and a linear head: a logit is the mean of these over the places, plus bias.
    graph.node(
        "Conv",
        HEATMAPS,
        List.of(
            result(network.featureMap()), graph.constant("head.places", weight, tasks, d, 1, 1)));
    long[] map = network.shapes(1, height, width).get(network.featureMap());
    graph.output(HEATMAPS, -1, tasks, map[2], map[3]);
  }

  /**
   * {@link Subspace#distance} with one sum for what lies along the components: they are longer by
   * √(1 / residual − 1 / variance), which has a real value since they have the larger variances.
   */
  private void distance(Subspace validation) {
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
            List.of(FEATURES, graph.constant("distance/mean", mean, 1, d)));
    float[] scale = {(float) Math.sqrt(1 / validation.residual())};
    String whole =
        squares(
            "whole",
            graph.node(
                "Mul",
                "distance/scaled",
                List.of(centred, graph.constant("distance/scale", scale, 1))));
    String along =
        squares(
            "along",
            graph.node(
                "MatMul",
                "distance/projected",
                List.of(centred, graph.constant("distance/components", components, d, q))));
    graph.node("Sub", DISTANCE, List.of(whole, along));
    graph.output(DISTANCE, -1, 1);
  }

  private String squares(String name, String of) {
    return graph.node("ReduceSumSquare", "distance/" + name, List.of(of), ints("axes", 1));
  }
}
