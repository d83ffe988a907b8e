package org.mococxr.learning.export;

import static org.mococxr.learning.export.OnnxGraph.integer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.imaging.outliers.Subspace;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.state.StateDict;

/**
 * Writes networks as ONNX. The input is {@code image}, uint8 {@code [N, 1, H, W]}; normalisation
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

  private final Classifier classifier;
  private final OnnxGraph graph;
  private final int tasks;
  private final List<Member> members = new ArrayList<>();

  private final Numbers numbers;

  private OnnxWriter(Classifier classifier, Numbers numbers) {
    this.classifier = classifier;
    this.numbers = numbers;
    this.graph = new OnnxGraph(classifier.architecture());
    this.tasks = classifier.tasks().size();
  }

  /**
   * A checkpoint in the graph, by the names of what it computes.
   *
   * @param map height and width of its last feature map
   */
  private record Member(
      Checkpoint checkpoint, String features, String logits, String heatMaps, List<Long> map) {}

  /**
   * A classifier with outputs {@code logits}, {@code probabilities}, {@code features}, {@code
   * heatmaps} and perhaps {@code distance} {@code [N, 1]}, of the features from those that a
   * validation set has. Of several checkpoints, {@code features} are those of all in turn, {@code
   * logits} their weighted mean and {@code heatmaps} the evidence for that; there are none where
   * the checkpoints' maps have different sizes.
   *
   * @param numbers of the networks' weights and feature maps; inputs and outputs stay what they are
   * @param validation the distribution of a validation set's features; without it there is no
   *     {@code distance}
   * @return the bytes of {@code model.onnx}
   */
  public static byte[] classifier(
      Classifier classifier, Numbers numbers, Optional<Subspace> validation) {
    OnnxWriter writer = new OnnxWriter(classifier, numbers);
    writer.graph.imageInput(IMAGE, writer.side(), writer.side());
    writer.members();
    writer.features();
    writer.logits();
    writer.probabilities();
    writer.heatMaps();
    validation.ifPresent(v -> DistanceGraph.add(writer.graph, FEATURES, v, DISTANCE));
    return writer.graph.build(
        Map.of(
            "architecture",
            classifier.architecture(),
            "tasks",
            String.join(",", classifier.tasks())));
  }

  /** An encoder with the output {@code features} alone. */
  public static byte[] encoder(
      Network backbone, StateDict parameters, Normalisation normalisation, int height, int width) {
    OnnxGraph graph = new OnnxGraph(backbone.architecture());
    graph.imageInput(IMAGE, height, width);
    NetworkGraph network =
        NetworkGraph.add(graph, backbone, parameters, normalisation, Optional.empty());
    graph.node("Identity", FEATURES, List.of(network.result(backbone.features())));
    graph.output(FEATURES, -1, backbone.featureDimension());
    return graph.build(Map.of("architecture", backbone.architecture()));
  }

  /** The classifier's checkpoints with the outputs that {@link EightBitRanges} reads. */
  static byte[] observed(Classifier classifier) {
    int side = classifier.view().imageSize();
    OnnxGraph graph = new OnnxGraph(classifier.architecture());
    graph.imageInput(IMAGE, side, side);
    int member = 0;
    for (Checkpoint checkpoint : classifier.checkpoints()) {
      Encoder encoder = checkpoint.encoder();
      NetworkGraph added =
          NetworkGraph.add(
              graph.within("member" + member),
              encoder.network(),
              encoder.parameters(),
              encoder.description().normalisation(),
              Optional.empty());
      EightBitRanges.observe(graph, member++, EightBitPlan.of(encoder.network()), added);
    }
    return graph.build(Map.of());
  }

  private int side() {
    return classifier.view().imageSize();
  }

  private void members() {
    for (Checkpoint checkpoint : classifier.checkpoints()) {
      members.add(
          member(
              checkpoint,
              classifier.isAlone() ? graph : graph.within("member" + (members.size() + 1))));
    }
  }

  private Member member(Checkpoint checkpoint, OnnxGraph part) {
    Encoder encoder = checkpoint.encoder();
    Network network = encoder.network();
    NetworkGraph added =
        NetworkGraph.add(
            part,
            network,
            encoder.parameters(),
            encoder.description().normalisation(),
            numbers.arithmetic(part, network, members.size()));
    String features = part.node("Identity", FEATURES, List.of(added.result(network.features())));
    LinearHead head = checkpoint.head().perTask();
    int d = network.featureDimension();
    String bias = part.constant("head.bias", head.bias(), tasks);
    String weight = part.constant("head.weight", head.weight(), tasks, d);
    String logits =
        part.node("Gemm", LOGITS, List.of(features, weight, bias), integer("transB", 1));
    // Pooled features and a linear head: a logit is the mean of these over the places, plus bias.
    String heatMaps =
        part.node(
            "Conv",
            HEATMAPS,
            List.of(
                added.result(network.featureMap()),
                part.constant("head.places", head.weight(), tasks, d, 1, 1)));
    long[] map = network.shapes(1, side(), side()).get(network.featureMap());
    return new Member(checkpoint, features, logits, heatMaps, List.of(map[2], map[3]));
  }

  private void features() {
    if (members.size() > 1) {
      graph.node(
          "Concat", FEATURES, members.stream().map(Member::features).toList(), integer("axis", 1));
    }
    graph.output(
        FEATURES,
        -1,
        members.stream()
            .mapToInt(m -> m.checkpoint().encoder().network().featureDimension())
            .sum());
  }

  private void logits() {
    if (members.size() > 1) {
      weighted(LOGITS, members.stream().map(Member::logits).toList(), tasks);
    }
    graph.output(LOGITS, -1, tasks);
  }

  private void heatMaps() {
    if (members.stream().map(Member::map).distinct().count() > 1) {
      return;
    }
    if (members.size() > 1) {
      weighted(HEATMAPS, members.stream().map(Member::heatMaps).toList(), tasks, 1, 1);
    }
    List<Long> map = members.getFirst().map();
    graph.output(HEATMAPS, -1, tasks, map.get(0), map.get(1));
  }

  /** The mean by the members' weights, which have this shape. */
  private void weighted(String result, List<String> values, long... shape) {
    float[][] weights = classifier.weights();
    List<String> parts = new ArrayList<>();
    for (int m = 0; m < weights.length; m++) {
      OnnxGraph part = graph.within("member" + (m + 1));
      String weight = part.constant(result + "/weight", weights[m], shape);
      parts.add(part.node("Mul", result + "/part", List.of(values.get(m), weight)));
    }
    graph.node("Sum", result, parts);
  }

  private void probabilities() {
    List<Classifier.Group> groups = classifier.groups();
    List<String> ofGroups = new ArrayList<>();
    int from = 0;
    for (Classifier.Group group : groups) {
      List<String> logits =
          members.subList(from, from + group.checkpoints().size()).stream()
              .map(Member::logits)
              .toList();
      from += logits.size();
      boolean only = groups.size() == 1;
      OnnxGraph part = only ? graph : graph.within("run" + (ofGroups.size() + 1));
      ofGroups.add(
          ProbabilityGraph.add(
              part,
              logits.size() == 1 ? logits.getFirst() : joined(part, logits, group),
              PROBABILITIES,
              classifier.form(),
              group.calibrations()));
    }
    if (groups.size() > 1) {
      float[] counts = new float[tasks];
      Arrays.fill(counts, groups.size());
      ProbabilityGraph.aggregate(graph, PROBABILITIES, ofGroups, classifier.aggregation(), counts);
    }
    graph.output(PROBABILITIES, -1, tasks);
  }

  /** The logits of the joined probabilities of a group's checkpoints. */
  private String joined(OnnxGraph part, List<String> logits, Classifier.Group group) {
    List<String> used = new ArrayList<>();
    for (int m = 0; m < logits.size(); m++) {
      OnnxGraph of = part.within("checkpoint" + (m + 1));
      String plain = ProbabilityGraph.plain(of, logits.get(m), classifier.form());
      float[] uses = new float[tasks];
      for (int t = 0; t < tasks; t++) {
        uses[t] = group.uses()[m][t] ? 1 : 0;
      }
      used.add(of.node("Mul", "used", List.of(plain, of.constant("uses", uses, tasks))));
    }
    String joined =
        ProbabilityGraph.aggregate(part, "joined", used, group.aggregation(), group.counts());
    return ProbabilityGraph.logits(part, joined, classifier.form());
  }
}
