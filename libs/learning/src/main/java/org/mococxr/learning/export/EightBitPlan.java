package org.mococxr.learning.export;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;

/**
 * Which parts of a network are computed in 8 bits: its convolutions but for those of pooled values
 * (squeeze and excitation), and what lies between them where ONNX Runtime has such an operation.
 * The last feature map stays float32, and so does everything after it.
 *
 * @param folded batch norms by the convolution that they follow and become a part of
 * @param convolutions ids of the convolutions in 8 bits
 * @param maps ids of the nodes whose results are 8-bit feature maps
 */
record EightBitPlan(
    Map<String, Node.BatchNorm> folded, Set<String> convolutions, Set<String> maps) {

  static EightBitPlan of(Network network) {
    Map<String, List<Node>> readers = new HashMap<>();
    for (Node node : network.nodes()) {
      node.inputs()
          .forEach(input -> readers.computeIfAbsent(input, id -> new ArrayList<>()).add(node));
    }
    Map<String, Node.BatchNorm> folded = new HashMap<>();
    Set<String> convolutions = new HashSet<>();
    Set<String> pooled = new HashSet<>();
    for (Node node : network.nodes()) {
      if (node instanceof Node.GlobalAvgPool
          || pooled.containsAll(node.inputs()) && !node.inputs().isEmpty()) {
        pooled.add(node.id());
      } else if (node instanceof Node.Conv conv) {
        convolutions.add(conv.id());
        List<Node> after = readers.getOrDefault(conv.id(), List.of());
        if (after.size() == 1 && after.getFirst() instanceof Node.BatchNorm norm) {
          folded.put(conv.id(), norm);
          readers.put(conv.id(), readers.getOrDefault(norm.id(), List.of()));
        }
      }
    }
    Set<String> maps = new HashSet<>();
    for (Node node : network.nodes()) {
      List<Node> after = readers.getOrDefault(node.id(), List.of());
      boolean beforeRelu = after.size() == 1 && after.getFirst() instanceof Node.Relu;
      boolean convolved = after.stream().anyMatch(next -> convolutions.contains(next.id()));
      boolean wanted =
          switch (node) {
            case Node.Input i -> false; // its planes are bytes already
            case Node.Conv c -> convolutions.contains(c.id()) && !beforeRelu;
            case Node.Add a -> !beforeRelu;
            case Node.Relu r ->
                convolved
                    || after.stream()
                        .anyMatch(n -> n instanceof Node.Add || n instanceof Node.MaxPool);
            case Node.MaxPool p -> convolved || maps.contains(p.input());
            case Node.BatchNorm b -> convolved && !folded.containsKey(b.input());
            default -> convolved;
          };
      if (wanted && !isLast(node, network, folded)) {
        maps.add(node.id());
      }
    }
    return new EightBitPlan(folded, convolutions, maps);
  }

  private static boolean isLast(Node node, Network network, Map<String, Node.BatchNorm> folded) {
    Node.BatchNorm norm = folded.get(node.id());
    return node.id().equals(network.featureMap())
        || norm != null && norm.id().equals(network.featureMap());
  }

  /** The node whose result is that of {@code id} in a network whose norms are not folded. */
  String source(String id) {
    return folded.containsKey(id) ? folded.get(id).id() : id;
  }
}
