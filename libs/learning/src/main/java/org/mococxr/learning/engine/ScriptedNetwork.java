package org.mococxr.learning.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.mococxr.learning.engine.TorchExecutor.Mode;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.specs.training.Precision;

/**
 * A network's forward pass as TorchScript source: one function that PyTorch interprets by itself,
 * where a call through JNI for each of hundreds of operations would cost a small step more than its
 * arithmetic. The interpreter releases a result after its last use.
 */
public final class ScriptedNetwork {
  // 15 and 6 are PyTorch's numbers of bfloat16 and float32.
  private static final int BFLOAT16 = 15;
  private static final int FLOAT32 = 6;

  private final Network network;
  private final Mode mode;
  private final boolean lowered;
  private final Set<String> frozen;
  private final String parameters;
  private final int planes;
  private final String prefix;
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final List<String> lines = new ArrayList<>();

  /**
   * Writes the source.
   *
   * @param frozen ids of batch norms that use and keep their running statistics in training
   * @param parameters variable of type {@code List[Tensor]}: all of {@link Network#parameters}, in
   *     their order
   * @param images variable of type {@code Tensor}, float32
   * @param planes of the images: 1 or the network's own number
   * @param prefix of all variables that are set
   * @param results ids of the nodes that {@link #result} will be asked for
   */
  public ScriptedNetwork(
      Network network,
      Precision precision,
      Set<String> frozen,
      Mode mode,
      String parameters,
      String images,
      int planes,
      String prefix,
      List<String> results) {
    this.network = network;
    this.lowered = precision == Precision.BFLOAT16;
    this.frozen = frozen;
    this.mode = mode;
    this.parameters = parameters;
    this.planes = planes;
    this.prefix = prefix;
    for (ParameterSpec spec : network.parameters()) {
      index.put(spec.name(), index.size());
    }
    for (Node node : network.nodes()) {
      node.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    results.forEach(result -> readers.merge(result, 1, Integer::sum));
    for (Node node : network.nodes()) {
      set(node.id(), node instanceof Node.Input ? lower(images) : expression(node));
    }
  }

  private void set(String id, String expression) {
    String variable = prefix + variables.size();
    variables.put(id, variable);
    lines.add(variable + " = " + expression);
  }

  /** The lines of the function so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** An expression for a node's result in float32. */
  public String result(String id) {
    return raise(variables.get(id));
  }

  private String lower(String x) {
    return lowered ? call("to", x, BFLOAT16) : x;
  }

  private String raise(String x) {
    return lowered ? call("to", x, FLOAT32) : x;
  }

  private String expression(Node node) {
    String x = variables.get(node.inputs().getFirst());
    return switch (node) {
      case Node.Input i -> throw new IllegalArgumentException("an input in the middle");
      case Node.Conv c ->
          call(
              "conv2d",
              x,
              lower(weight(c)),
              c.biased() ? lower(parameter(c.bias())) : "None",
              square(c.stride()),
              "[" + c.padding() + ", " + c.paddingWidth() + "]",
              square(1),
              c.groups());
      case Node.BatchNorm b ->
          call(
              "batch_norm",
              x,
              parameter(b.weight()),
              parameter(b.bias()),
              parameter(b.runningMean()),
              parameter(b.runningVar()),
              truth(mode == Mode.TRAIN && !frozen.contains(b.id())),
              number(b.momentum()),
              number(b.epsilon()),
              "True");
      case Node.Relu r ->
          mode == Mode.CUT_AT_RELUS
              ? call("requires_grad_", call("detach", call("relu", x)), "True")
              : call(overwritable(r.input()) ? "relu_" : "relu", x);
      case Node.Sigmoid g -> call("sigmoid", x);
      case Node.Silu g -> call("silu", x);
      case Node.Scale g -> call("mul", x, variables.get(g.factors()));
      case Node.MaxPool m ->
          call(
              "max_pool2d",
              x,
              square(m.kernel()),
              square(m.stride()),
              square(m.padding()),
              square(1),
              truth(m.ceil()));
      case Node.AvgPool a ->
          call(
              "avg_pool2d",
              x,
              square(a.kernel()),
              square(a.stride()),
              square(a.padding()),
              truth(a.ceil()),
              "False",
              "None");
      case Node.Pad p -> {
        String sides = p.before() + ", " + p.after();
        yield call("constant_pad_nd", x, "[" + sides + ", " + sides + "]", 0);
      }
      case Node.GlobalAvgPool g -> call("adaptive_avg_pool2d", x, square(1));
      case Node.Flatten f -> raise(call("flatten", x, 1, -1));
      case Node.Add a -> add(a);
      case Node.Concat c ->
          call(
              "cat",
              "[" + String.join(", ", c.inputs().stream().map(variables::get).toList()) + "]",
              1);
      case Node.Linear l -> call("linear", x, parameter(l.weight()), parameter(l.bias()));
      case Node.Dropout d -> call("dropout", x, number(d.probability()), truth(train()));
    };
  }

  private boolean train() {
    return mode == Mode.TRAIN;
  }

  /** Of equal planes, which are one, the weights' sum: the same for a third of the work. */
  private String weight(Node.Conv c) {
    boolean equalPlanes =
        network.node(c.input()) instanceof Node.Input
            && planes == 1
            && c.in() > 1
            && c.groups() == 1;
    String weight = parameter(c.weight());
    return equalPlanes ? call("sum", weight, "[1]", "True") : weight;
  }

  private String add(Node.Add node) {
    return call(
        overwritable(node.left()) ? "add_" : "add",
        variables.get(node.left()),
        variables.get(node.right()));
  }

  /**
   * Whether a node's result may be overwritten by the one node that reads it, which spares memory
   * and its traffic: nobody else reads it, and its own backward pass needs what it was made of, not
   * what it is.
   */
  private boolean overwritable(String id) {
    return readers.get(id) == 1
        && switch (network.node(id)) {
          case Node.BatchNorm b -> true;
          case Node.Conv c -> true;
          case Node.Linear l -> true;
          case Node.Add a -> true;
          default -> false;
        };
  }

  private String parameter(String name) {
    return parameters + "[" + index.get(name) + "]";
  }

  private static String square(int n) {
    return "[" + n + ", " + n + "]";
  }

  private static String truth(boolean value) {
    return value ? "True" : "False";
  }

  /** A literal that Python reads as the same number. */
  private static String number(double value) {
    return String.format(Locale.ROOT, "%.17e", value);
  }

  private static String call(String function, Object... arguments) {
    List<String> texts = new ArrayList<>();
    for (Object argument : arguments) {
      texts.add(argument.toString());
    }
    return "torch." + function + "(" + String.join(", ", texts) + ")";
  }
}
