package org.mococxr.learning.explain;

import java.util.function.UnaryOperator;
import org.mococxr.learning.network.Node;

/** Makes a node read another in place of one. */
final class Rewiring {
  private Rewiring() {}

  static Node replace(Node node, String from, String to) {
    UnaryOperator<String> in = id -> id.equals(from) ? to : id;
    return switch (node) {
      case Node.Input n -> n;
      case Node.Conv n -> n.of(in.apply(n.input()));
      case Node.BatchNorm n ->
          new Node.BatchNorm(n.id(), in.apply(n.input()), n.channels(), n.epsilon(), n.momentum());
      case Node.Sigmoid n -> new Node.Sigmoid(n.id(), in.apply(n.input()));
      case Node.Silu n -> new Node.Silu(n.id(), in.apply(n.input()));
      case Node.Scale n -> new Node.Scale(n.id(), in.apply(n.input()), in.apply(n.factors()));
      case Node.Relu n -> new Node.Relu(n.id(), in.apply(n.input()));
      case Node.MaxPool n ->
          new Node.MaxPool(
              n.id(), in.apply(n.input()), n.kernel(), n.stride(), n.padding(), n.ceil());
      case Node.AvgPool n ->
          new Node.AvgPool(
              n.id(), in.apply(n.input()), n.kernel(), n.stride(), n.padding(), n.ceil());
      case Node.Pad n -> new Node.Pad(n.id(), in.apply(n.input()), n.before(), n.after());
      case Node.GlobalAvgPool n -> new Node.GlobalAvgPool(n.id(), in.apply(n.input()));
      case Node.Flatten n -> new Node.Flatten(n.id(), in.apply(n.input()));
      case Node.Add n -> new Node.Add(n.id(), in.apply(n.left()), in.apply(n.right()));
      case Node.Concat n -> new Node.Concat(n.id(), n.inputs().stream().map(in).toList());
      case Node.Linear n -> new Node.Linear(n.id(), in.apply(n.input()), n.in(), n.out());
      case Node.Dropout n -> new Node.Dropout(n.id(), in.apply(n.input()), n.probability());
    };
  }
}
