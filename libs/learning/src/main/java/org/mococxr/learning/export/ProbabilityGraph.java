package org.mococxr.learning.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.calibration.Isotonic;
import org.mococxr.evaluation.calibration.Platt;
import org.mococxr.evaluation.calibration.Temperature;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.training.FineTuningOptions.Aggregation;

/**
 * Calibrated probabilities of logits {@code [N, tasks]}: σ(logit / temperature), and of tasks that
 * have such a calibration Platt's σ(weight · σ(logit) + intercept) or the isotonic map of σ(logit).
 * Of exclusive classes they are the softmax of the logits over their temperature.
 */
final class ProbabilityGraph {
  private static final float LEAST = 1e-30f;

  /** The largest float32 below 1. */
  private static final float MOST = Math.nextDown(1f);

  private final OnnxGraph graph;
  private final List<Calibration> calibrations;
  private final int tasks;

  private ProbabilityGraph(OnnxGraph graph, List<Calibration> calibrations) {
    this.graph = graph;
    this.calibrations = calibrations;
    this.tasks = calibrations.size();
  }

  /**
   * Adds the operations that make calibrated probabilities of {@code logits}.
   *
   * @return the result's name in the graph
   */
  static String add(
      OnnxGraph graph,
      String logits,
      String result,
      HeadForm form,
      List<Calibration> calibrations) {
    ProbabilityGraph of = new ProbabilityGraph(graph, calibrations);
    if (form == HeadForm.MULTI_CLASS) {
      return graph.node(
          "Softmax", result, List.of(of.scaled(logits)), OnnxGraph.integer("axis", 1));
    }
    boolean platt = of.any(Platt.class);
    boolean isotonic = of.any(Isotonic.class);
    String plain = of.plain(logits, platt || isotonic ? "n/plain" : result);
    String sofar = plain;
    if (platt) {
      sofar = of.chosen(Platt.class, of.platt(plain), sofar, isotonic ? "n/platted" : result);
    }
    return isotonic ? of.chosen(Isotonic.class, of.isotonic(plain), sofar, result) : sofar;
  }

  /** Uncalibrated probabilities of logits {@code [N, tasks]}. */
  static String plain(OnnxGraph graph, String logits, HeadForm form) {
    return form == HeadForm.MULTI_CLASS
        ? graph.node("Softmax", "plain", List.of(logits), OnnxGraph.integer("axis", 1))
        : graph.node("Sigmoid", "plain", List.of(logits));
  }

  /**
   * Joins probabilities.
   *
   * @param values 0 where a task has no part in them
   * @param counts by task, how many have a part; a sum over it does not exceed 1
   */
  static String aggregate(
      OnnxGraph graph,
      String result,
      List<String> values,
      Aggregation aggregation,
      float[] counts) {
    return switch (aggregation) {
      case MAX -> graph.node("Max", result, values);
      case MEAN -> {
        String sum = graph.node("Sum", result + "/sum", values);
        String count = graph.constant(result + "/counts", counts, counts.length);
        yield graph.node("Div", result, List.of(sum, count));
      }
    };
  }

  /**
   * Logits whose {@link #plain} probabilities these are, but for what float32 does not tell from 0
   * and 1.
   */
  static String logits(OnnxGraph graph, String probabilities, HeadForm form) {
    String within =
        graph.node(
            "Clip",
            "within",
            List.of(
                probabilities,
                graph.constant("within/least", new float[] {LEAST}),
                graph.constant("within/most", new float[] {MOST})));
    String log = graph.node("Log", "log", List.of(within));
    if (form == HeadForm.MULTI_CLASS) {
      return log;
    }
    String one = graph.constant("one", new float[] {1}, 1);
    String rest = graph.node("Sub", "rest", List.of(one, within));
    return graph.node("Sub", "odds", List.of(log, graph.node("Log", "log/rest", List.of(rest))));
  }

  private boolean any(Class<? extends Calibration> type) {
    return calibrations.stream().anyMatch(type::isInstance);
  }

  private String plain(String logits, String result) {
    return graph.node("Sigmoid", result, List.of(scaled(logits)));
  }

  private String scaled(String logits) {
    float[] inverse = new float[tasks];
    for (int t = 0; t < tasks; t++) {
      inverse[t] =
          calibrations.get(t) instanceof Temperature temperature
              ? (float) (1 / temperature.temperature())
              : 1;
    }
    return graph.node(
        "Mul", "n/scaled", List.of(logits, graph.constant("n/inverse", inverse, tasks)));
  }

  private String platt(String plain) {
    float[] weight = new float[tasks];
    float[] intercept = new float[tasks];
    for (int t = 0; t < tasks; t++) {
      if (calibrations.get(t) instanceof Platt platt) {
        weight[t] = (float) platt.weight();
        intercept[t] = (float) platt.intercept();
      }
    }
    String product =
        graph.node("Mul", "n/product", List.of(plain, graph.constant("n/platt", weight, tasks)));
    String sum =
        graph.node(
            "Add", "n/sum", List.of(product, graph.constant("n/intercept", intercept, tasks)));
    return graph.node("Sigmoid", "n/fitted", List.of(sum));
  }

  /**
   * The value at the first knot, and of every piece between two knots its slope times how far the
   * probability reaches into it. Tasks with fewer pieces than others have pieces without length.
   */
  private String isotonic(String plain) {
    int pieces = 1;
    for (Calibration calibration : calibrations) {
      if (calibration instanceof Isotonic isotonic) {
        pieces = Math.max(pieces, isotonic.knots().size() - 1);
      }
    }
    float[] ones = new float[tasks * pieces];
    float[] starts = new float[tasks * pieces];
    float[] lengths = new float[tasks * pieces];
    float[] slopes = new float[tasks * pieces];
    float[] first = new float[tasks];
    Arrays.fill(ones, 1);
    for (int t = 0; t < tasks; t++) {
      if (calibrations.get(t) instanceof Isotonic map) {
        first[t] = map.values().getFirst().floatValue();
        for (int k = 0; k + 1 < map.knots().size(); k++) {
          double length = map.knots().get(k + 1) - map.knots().get(k);
          starts[t * pieces + k] = map.knots().get(k).floatValue();
          lengths[t * pieces + k] = (float) length;
          slopes[t * pieces + k] =
              (float) ((map.values().get(k + 1) - map.values().get(k)) / length);
        }
      }
    }
    String spread =
        einsum(
            "nt,tk->ntk",
            "isotonic/spread",
            plain,
            graph.constant("isotonic/ones", ones, tasks, pieces));
    String beyond =
        graph.node(
            "Sub",
            "isotonic/beyond",
            List.of(spread, graph.constant("isotonic/starts", starts, tasks, pieces)));
    String above =
        graph.node(
            "Max",
            "isotonic/above",
            List.of(beyond, graph.constant("isotonic/zero", new float[] {0}, 1)));
    String reached =
        graph.node(
            "Min",
            "isotonic/reached",
            List.of(above, graph.constant("isotonic/lengths", lengths, tasks, pieces)));
    String rise =
        einsum(
            "ntk,tk->nt",
            "isotonic/rise",
            reached,
            graph.constant("isotonic/slopes", slopes, tasks, pieces));
    return graph.node(
        "Add", "isotonic/mapped", List.of(rise, graph.constant("isotonic/first", first, tasks)));
  }

  private String einsum(String equation, String result, String a, String b) {
    return graph.node(
        "Einsum",
        result,
        List.of(a, b),
        AttributeProto.newBuilder()
            .setName("equation")
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8(equation))
            .build());
  }

  /**
   * {@code fitted} of the tasks whose calibration is of a type, {@code otherwise} of the others.
   */
  private String chosen(
      Class<? extends Calibration> type, String fitted, String otherwise, String result) {
    boolean[] choice = new boolean[tasks];
    for (int t = 0; t < tasks; t++) {
      choice[t] = type.isInstance(calibrations.get(t));
    }
    String name = "n/choice-" + type.getSimpleName();
    return graph.node("Where", result, List.of(graph.constant(name, choice), fitted, otherwise));
  }
}
