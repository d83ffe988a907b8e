package org.mococxr.bench.learning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.network.ParameterSpec;

/**
 * A network's forward pass in training mode as TorchScript source: the operations that {@link
 * TorchExecutor} calls one by one through JNI, as lines of one function that PyTorch interprets by
 * itself. The interpreter, too, releases a result after its last use.
 */
final class CompiledNetwork {
  private final Network network;
  private final String parameters;
  private final int planes;
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<String, String> variables = new HashMap<>();
  private final List<String> lines = new ArrayList<>();

  private CompiledNetwork(Network network, String parameters, int planes) {
    this.network = network;
    this.parameters = parameters;
    this.planes = planes;
    for (ParameterSpec spec : network.parameters()) {
      index.put(spec.name(), index.size());
    }
  }

  /**
   * Lines that set {@code result} to the network's output.
   *
   * @param parameters variable of type {@code List[Tensor]}: all of {@link Network#parameters}, in
   *     their order
   * @param images variable of type {@code Tensor}
   * @param planes of the images: 1 or the network's own number
   * @param result variable; names of others begin with it
   */
  static List<String> lines(
      Network network, String parameters, String images, int planes, String result) {
    CompiledNetwork compiled = new CompiledNetwork(network, parameters, planes);
    for (Node node : network.nodes()) {
      String variable = result + compiled.variables.size();
      compiled.variables.put(node.id(), variable);
      String expression = node instanceof Node.Input ? images : compiled.expression(node);
      compiled.lines.add(variable + " = " + expression);
    }
    compiled.lines.add(result + " = " + compiled.variables.get(network.output()));
    return compiled.lines;
  }

  private String expression(Node node) {
    String x = variables.get(node.inputs().getFirst());
    return switch (node) {
      case Node.Input i -> throw new IllegalArgumentException("an input in the middle");
      case Node.Conv c -> {
        boolean equalPlanes =
            network.node(c.input()) instanceof Node.Input
                && planes == 1
                && c.in() > 1
                && c.groups() == 1;
        String weight = parameter(c.weight());
        yield call(
            "conv2d",
            x,
            equalPlanes ? call("sum", weight, "[1]", "True") : weight,
            "None",
            square(c.stride()),
            square(c.padding()),
            square(1),
            c.groups());
      }
      case Node.BatchNorm b ->
          call(
              "batch_norm",
              x,
              parameter(b.weight()),
              parameter(b.bias()),
              parameter(b.runningMean()),
              parameter(b.runningVar()),
              "True",
              number(b.momentum()),
              number(b.epsilon()),
              "True");
      case Node.Relu r -> call("relu", x);
      case Node.MaxPool m ->
          call(
              "max_pool2d",
              x,
              square(m.kernel()),
              square(m.stride()),
              square(m.padding()),
              square(1),
              "False");
      case Node.AvgPool a ->
          call(
              "avg_pool2d",
              x,
              square(a.kernel()),
              square(a.stride()),
              square(0),
              "False",
              "True",
              "None");
      case Node.GlobalAvgPool g -> call("adaptive_avg_pool2d", x, square(1));
      case Node.Flatten f -> call("flatten", x, 1, -1);
      // In place exactly where the executor adds in place.
      case Node.Add a ->
          call(
              network.node(a.left()) instanceof Node.BatchNorm && readers(a.left()) == 1
                  ? "add_"
                  : "add",
              x,
              variables.get(a.right()));
      case Node.Concat c ->
          call(
              "cat",
              "[" + String.join(", ", c.inputs().stream().map(variables::get).toList()) + "]",
              1);
      case Node.Linear l -> call("linear", x, parameter(l.weight()), parameter(l.bias()));
      case Node.Dropout d -> call("dropout", x, number(d.probability()), "True");
    };
  }

  private long readers(String id) {
    return network.nodes().stream()
        .flatMap(node -> node.inputs().stream())
        .filter(id::equals)
        .count();
  }

  private String parameter(String name) {
    return parameters + "[" + index.get(name) + "]";
  }

  private static String square(int n) {
    return "[" + n + ", " + n + "]";
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
