package org.mococxr.learning.engine;

import static org.mococxr.learning.engine.Torch.pt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;

/**
 * Computes a network node by node. Stateless: the parameters come with every call, so one executor
 * serves query and key encoder and all replicas. Results of nodes are released as soon as the last
 * reader has run; autograd keeps what it needs.
 *
 * <p>An image may have one plane where the network has three: the planes are taken as equal and the
 * first convolution's weights are summed over them, which is the same mathematics for a third of
 * the work.
 */
public final class TorchExecutor {

  /** Whether batch norm uses the batch's statistics and dropout drops. */
  public enum Mode {
    TRAIN,
    EVALUATE
  }

  private final Network network;
  private final Precision precision;
  private final Set<String> frozen;
  private final Map<String, Integer> uses = new HashMap<>();

  /** Batch norms whose results nobody reads but the sum that follows. */
  private final Set<String> overwritten = new HashSet<>();

  /** In float32. */
  public TorchExecutor(Network network) {
    this(network, Precision.FLOAT32);
  }

  /** With convolutions in the given precision. */
  public TorchExecutor(Network network, Precision precision) {
    this(network, precision, Set.of());
  }

  /**
   * As above, with batch norms that use and keep their running statistics in training.
   *
   * @param frozen ids of their nodes
   */
  public TorchExecutor(Network network, Precision precision, Set<String> frozen) {
    this.network = network;
    this.precision = precision;
    this.frozen = Set.copyOf(frozen);
    for (Node node : network.nodes()) {
      for (String input : node.inputs()) {
        uses.merge(input, 1, Integer::sum);
      }
    }
    for (Node node : network.nodes()) {
      if (node instanceof Node.Add add
          && network.node(add.left()) instanceof Node.BatchNorm
          && uses.get(add.left()) == 1) {
        overwritten.add(add.left());
      }
    }
  }

  /** The network that it computes. */
  public Network network() {
    return network;
  }

  /**
   * The network's output.
   *
   * @param parameters of this network, lent to the image's manager
   * @param image {@code [N, 3, H, W]} or {@code [N, 1, H, W]}, normalised
   */
  public NDArray forward(Parameters parameters, NDArray image, Mode mode) {
    return forward(parameters, image, mode, Set.of()).get(network.output());
  }

  /**
   * As above, with the results of more nodes.
   *
   * @param kept ids of nodes whose results the caller wants besides the output
   * @return results by node id, attached to the image's manager
   */
  public Map<String, NDArray> forward(
      Parameters parameters, NDArray image, Mode mode, Set<String> kept) {
    Set<String> wanted = new HashSet<>(kept);
    wanted.add(network.output());
    Map<String, NDArray> values = new HashMap<>();
    Map<String, Integer> left = new HashMap<>(uses);
    for (Node node : network.nodes()) {
      values.put(node.id(), compute(node, parameters, image, mode, values, wanted));
      for (String input : node.inputs()) {
        if (left.merge(input, -1, Integer::sum) == 0 && !wanted.contains(input)) {
          release(values, input, values.get(node.id()), image);
        }
      }
    }
    values.keySet().retainAll(wanted);
    values.replaceAll((id, value) -> precision.raised(value));
    return values;
  }

  private static void release(
      Map<String, NDArray> values, String id, NDArray result, NDArray image) {
    NDArray array = values.remove(id);
    if (array != result && array != image) {
      array.close();
    }
  }

  private NDArray compute(
      Node node,
      Parameters p,
      NDArray image,
      Mode mode,
      Map<String, NDArray> values,
      Set<String> wanted) {
    boolean train = mode == Mode.TRAIN;
    return switch (node) {
      case Node.Input i -> precision.lowered(image);
      case Node.Conv c -> convolution(c, p, values.get(c.input()));
      // JniUtils names its arguments in another order than it takes them: mean and variance first.
      case Node.BatchNorm b ->
          JniUtils.batchNorm(
              pt(values.get(b.input())),
              pt(p.get(b.runningMean())),
              pt(p.get(b.runningVar())),
              pt(p.get(b.weight())),
              pt(p.get(b.bias())),
              train && !frozen.contains(b.id()),
              b.momentum(),
              b.epsilon());
      case Node.Relu r -> JniUtils.relu(pt(values.get(r.input())));
      case Node.MaxPool m ->
          JniUtils.maxPool(
              pt(values.get(m.input())),
              square(m.kernel()),
              square(m.stride()),
              square(m.padding()),
              false);
      case Node.AvgPool a ->
          JniUtils.avgPool(
              pt(values.get(a.input())),
              square(a.kernel()),
              square(a.stride()),
              square(0),
              false,
              true);
      case Node.GlobalAvgPool g -> JniUtils.adaptiveAvgPool(pt(values.get(g.input())), square(1));
      case Node.Flatten f -> {
        NDArray x = values.get(f.input());
        yield precision.raised(x.reshape(x.getShape().get(0), x.getShape().get(1)));
      }
      case Node.Add a -> add(a, values, wanted);
      case Node.Concat c -> {
        List<NDArray> parts = new ArrayList<>();
        c.inputs().forEach(id -> parts.add(values.get(id)));
        yield NDArrays.concat(new NDList(parts), 1);
      }
      case Node.Linear l ->
          JniUtils.linear(pt(values.get(l.input())), pt(p.get(l.weight())), pt(p.get(l.bias())));
      case Node.Dropout d -> JniUtils.dropout(pt(values.get(d.input())), d.probability(), train);
    };
  }

  private NDArray convolution(Node.Conv c, Parameters p, NDArray x) {
    NDArray weight = p.get(c.weight());
    boolean equalPlanes = x.getShape().get(1) == 1 && c.in() > 1 && c.groups() == 1;
    if (equalPlanes) {
      weight = weight.sum(new int[] {1}, true);
    }
    return JniUtils.convolution(
        pt(x),
        pt(precision.lowered(weight)),
        null,
        square(c.stride()),
        square(c.padding()),
        square(1),
        c.groups());
  }

  /** Into the left operand where that is a batch norm's result that nobody else reads. */
  private NDArray add(Node.Add node, Map<String, NDArray> values, Set<String> wanted) {
    NDArray left = values.get(node.left());
    NDArray right = values.get(node.right());
    boolean ours = overwritten.contains(node.left()) && !wanted.contains(node.left());
    return ours ? left.addi(right) : left.add(right);
  }

  private static Shape square(long n) {
    return new Shape(n, n);
  }
}
