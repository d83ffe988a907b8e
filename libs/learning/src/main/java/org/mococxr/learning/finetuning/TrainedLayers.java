package org.mococxr.learning.finetuning;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.state.StateDict;

/**
 * Which parameters of a network train: the head always, of the rest all, none or those named. A
 * batch norm whose weight does not train keeps its running statistics, too.
 *
 * @param network with its head
 * @param names parameters that train
 * @param headOnly nothing but the head trains: the network runs as in evaluation
 */
record TrainedLayers(Network network, Set<String> names, boolean headOnly) {

  /** The head alone. */
  static TrainedLayers headOf(Network network) {
    return new TrainedLayers(network, matching(network, network::isHead), true);
  }

  /**
   * The head and the parts named.
   *
   * @param parts names of parameters or of what they are part of, {@code layer4} for {@code
   *     layer4.1.conv1.weight}, also with the reference's {@code module.} before them; null for all
   * @throws UserErrorException if the network has no such part
   */
  static TrainedLayers of(Network network, List<String> parts) {
    if (parts == null) {
      return new TrainedLayers(network, matching(network, name -> true), false);
    }
    List<String> plain =
        parts.stream().map(part -> part.strip().replaceFirst("^module\\.", "")).toList();
    for (String part : plain) {
      if (matching(network, name -> isOf(name, part)).isEmpty()) {
        throw new UserErrorException(
            "layers",
            "found " + part + ", which " + network.architecture() + " does not have",
            "expected parameters by their names, or some of " + tops(network));
      }
    }
    return new TrainedLayers(
        network,
        matching(
            network,
            name -> network.isHead(name) || plain.stream().anyMatch(part -> isOf(name, part))),
        false);
  }

  private static Set<String> matching(Network network, Predicate<String> wanted) {
    return network.parameters().stream()
        .map(ParameterSpec::name)
        .filter(wanted)
        .collect(Collectors.toSet());
  }

  private static boolean isOf(String parameter, String part) {
    return parameter.equals(part) || parameter.startsWith(part + ".");
  }

  /** The largest parts; of those within {@code features} the next level. */
  private static Set<String> tops(Network network) {
    Set<String> tops = new TreeSet<>();
    for (ParameterSpec parameter : network.parameters()) {
      String[] words = parameter.name().split("\\.");
      boolean inner =
          words.length > 2 && (words[0].equals("features") || words[0].equals("layers"));
      tops.add(inner ? words[0] + "." + words[1] : words[0]);
    }
    return tops;
  }

  /** Nodes whose batch statistics are not used. */
  Set<String> frozenNorms() {
    return network.nodes().stream()
        .filter(node -> node instanceof Node.BatchNorm norm && !names.contains(norm.weight()))
        .map(Node::id)
        .collect(Collectors.toSet());
  }

  /** What does not train has not changed, running statistics included. */
  void requireFrozen(StateDict before, StateDict after) {
    for (String name : before.names()) {
      if (!names.contains(name) && !before.get(name).equals(after.get(name))) {
        throw new IllegalStateException("the frozen tensor " + name + " changed in training");
      }
    }
  }
}
