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
import org.mococxr.specs.training.FineTuningOptions.FrozenNorms;

/**
 * Which parameters of a network train: the head always, of the rest all, none or those named. A
 * batch norm whose weight does not train keeps its running statistics, too.
 *
 * @param network with its head
 * @param names parameters that train
 * @param headOnly nothing but the head trains
 * @param normsRun batch norms that do not train use the batch's statistics nevertheless
 */
record TrainedLayers(Network network, Set<String> names, boolean headOnly, boolean normsRun) {

  /** The head alone. */
  static TrainedLayers headOf(Network network, FrozenNorms norms) {
    return new TrainedLayers(
        network, matching(network, network::isHead), true, norms == FrozenNorms.RUNNING);
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
      return new TrainedLayers(network, matching(network, name -> true), false, false);
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
        false,
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

  /** True if the network runs as in evaluation: nothing below the head changes. */
  boolean evaluates() {
    return headOnly && !normsRun;
  }

  /** Nodes whose batch statistics are not used. */
  Set<String> frozenNorms() {
    if (normsRun) {
      return Set.of();
    }
    return network.nodes().stream()
        .filter(node -> node instanceof Node.BatchNorm norm && !names.contains(norm.weight()))
        .map(Node::id)
        .collect(Collectors.toSet());
  }

  /** What does not train has not changed; nor have running statistics, unless they run. */
  void requireFrozen(StateDict before, StateDict after) {
    Set<String> running =
        network.parameters().stream()
            .filter(parameter -> normsRun && !parameter.trained())
            .map(ParameterSpec::name)
            .collect(Collectors.toSet());
    for (String name : before.names()) {
      if (!running.contains(name)
          && !names.contains(name)
          && !before.get(name).equals(after.get(name))) {
        throw new IllegalStateException("the frozen tensor " + name + " changed in training");
      }
    }
  }
}
