package org.mococxr.learning.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.mococxr.foundation.UserErrorException;

/**
 * An encoder as a graph. The last node is the output. Immutable.
 *
 * @param architecture torchvision's name, for example {@code resnet18}
 * @param nodes in the order of computation; the first is the {@link Node.Input}
 * @param featureMap id of the last feature map, {@code [N, d, h, w]}, the one that is pooled
 * @param features id of the pooled features, {@code [N, d]}
 * @param featureDimension d
 * @param headName prefix of the head's parameters: {@code fc} or {@code classifier}
 * @param convolutionInit how the architecture's authors initialise its convolutions
 */
public record Network(
    String architecture,
    List<Node> nodes,
    String featureMap,
    String features,
    int featureDimension,
    String headName,
    ConvolutionInit convolutionInit) {

  /** Which fan Kaiming's normal initialisation divides by. */
  public enum ConvolutionInit {
    FAN_IN,
    FAN_OUT
  }

  public Network {
    nodes = List.copyOf(nodes);
    Set<String> seen = new HashSet<>();
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        if (!seen.contains(input)) {
          throw new IllegalArgumentException(node.id() + " reads " + input + " before it is there");
        }
      }
      if (!seen.add(node.id())) {
        throw new IllegalArgumentException("two nodes named " + node.id());
      }
    }
    if (!seen.contains(featureMap) || !seen.contains(features)) {
      throw new IllegalArgumentException("no node " + featureMap + " or " + features);
    }
  }

  public Node node(String id) {
    return nodes.stream()
        .filter(n -> n.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(architecture + " has no node " + id));
  }

  /** Id of the last node. */
  public String output() {
    return nodes.getLast().id();
  }

  /** The image's node. */
  public Node.Input input() {
    return (Node.Input) nodes.getFirst();
  }

  /** The state dict's entries, in torchvision's order. */
  public List<ParameterSpec> parameters() {
    return nodes.stream().flatMap(node -> node.parameters().stream()).toList();
  }

  /** The backbone alone: its output is the pooled features. */
  public Network withoutHead() {
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes) {
      kept.add(node);
      if (node.id().equals(features)) {
        break;
      }
    }
    return withNodes(kept);
  }

  /** The backbone with a head in place of any that it had. */
  public Network withHead(HeadSpec head) {
    List<Node> grown = new ArrayList<>(withoutHead().nodes);
    int d = featureDimension;
    switch (head) {
      case HeadSpec.Projection p -> {
        if (p.mlp()) {
          grown.add(new Node.Linear(headName + ".0", features, d, d));
          grown.add(new Node.Relu(headName + ".1", headName + ".0"));
          grown.add(new Node.Linear(headName + ".2", headName + ".1", d, p.dimension()));
        } else {
          grown.add(new Node.Linear(headName, features, d, p.dimension()));
        }
      }
      case HeadSpec.Classifier c -> {
        String input = features;
        if (c.dropout() > 0) {
          input = headName + ".dropout";
          grown.add(new Node.Dropout(input, features, c.dropout()));
        }
        grown.add(new Node.Linear(headName, input, d, c.outputs()));
      }
    }
    return withNodes(grown);
  }

  private Network withNodes(List<Node> replaced) {
    return new Network(
        architecture, replaced, featureMap, features, featureDimension, headName, convolutionInit);
  }

  /** True if the parameter belongs to the head. */
  public boolean isHead(String parameter) {
    return parameter.startsWith(headName + ".");
  }

  /**
   * Shape of every node's result for images {@code [n, channels, height, width]}, by node id.
   *
   * @throws UserErrorException for images of a size that the network cannot compute: too small for
   *     its windows, or halved by two branches to different sizes
   */
  public Map<String, long[]> shapes(long n, int height, int width) {
    Map<String, long[]> shapes = new HashMap<>();
    for (Node node : nodes) {
      long[] x = node.inputs().isEmpty() ? null : shapes.get(node.inputs().getFirst());
      shapes.put(
          node.id(),
          switch (node) {
            case Node.Input i -> new long[] {n, i.channels(), height, width};
            case Node.Conv c ->
                new long[] {
                  x[0],
                  c.out(),
                  windows(x[2], c.kernel(), c.stride(), c.padding(), false),
                  windows(x[3], c.kernelWidth(), c.stride(), c.paddingWidth(), false)
                };
            case Node.MaxPool p -> windowed(x, p.kernel(), p.stride(), p.padding(), p.ceil());
            case Node.AvgPool p -> windowed(x, p.kernel(), p.stride(), p.padding(), p.ceil());
            case Node.Pad p ->
                new long[] {
                  x[0], x[1], x[2] + p.before() + p.after(), x[3] + p.before() + p.after()
                };
            case Node.GlobalAvgPool p -> new long[] {x[0], x[1], 1, 1};
            case Node.Flatten f -> new long[] {x[0], x[1]};
            case Node.Linear l -> new long[] {x[0], l.out()};
            case Node.Concat c ->
                new long[] {
                  x[0], c.inputs().stream().mapToLong(id -> shapes.get(id)[1]).sum(), x[2], x[3]
                };
            case Node.BatchNorm b -> x;
            case Node.Relu r -> x;
            case Node.Sigmoid g -> x;
            case Node.Silu g -> x;
            case Node.Scale g -> x;
            case Node.Add a -> x;
            case Node.Dropout d -> x;
          });
      requireFitting(node, shapes, height, width);
    }
    return shapes;
  }

  private void requireFitting(Node node, Map<String, long[]> shapes, int height, int width) {
    boolean left = Arrays.stream(shapes.get(node.id())).allMatch(side -> side > 0);
    boolean joins = node instanceof Node.Add || node instanceof Node.Concat;
    boolean equal =
        !joins
            || node.inputs().stream()
                    .map(input -> shapes.get(input))
                    .map(shape -> List.of(shape[2], shape[3]))
                    .distinct()
                    .count()
                == 1;
    if (!left || !equal) {
      throw new UserErrorException(
          "image size",
          "%s cannot compute images of %d × %d pixels (%s at %s)"
              .formatted(
                  architecture,
                  height,
                  width,
                  left ? "maps of different sizes meet" : "nothing is left",
                  node.id()),
          "give another size (image.size, --size), for example a multiple of 32 from 96 on");
    }
  }

  private static long[] windowed(long[] x, int kernel, int stride, int padding, boolean ceil) {
    return new long[] {
      x[0],
      x[1],
      windows(x[2], kernel, stride, padding, ceil),
      windows(x[3], kernel, stride, padding, ceil)
    };
  }

  /** Windows along a side; a last one that reaches beyond it must begin within it. */
  private static long windows(long side, int kernel, int stride, int padding, boolean ceil) {
    long room = side + 2L * padding - kernel;
    long windows = room / stride + 1;
    boolean more = ceil && room % stride != 0 && windows * stride < side + padding;
    return more ? windows + 1 : windows;
  }
}
