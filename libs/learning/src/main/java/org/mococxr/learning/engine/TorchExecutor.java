package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.mococxr.learning.network.Network;
import org.mococxr.specs.training.Precision;

/**
 * Computes a network in one call of PyTorch. Stateless: the parameters come with every call, so one
 * executor serves query and key encoder and all replicas. Whether gradients are recorded is the
 * thread's choice ({@link GradientMode}).
 *
 * <p>An image may have one plane where the network has three: the planes are taken as equal and the
 * first convolution's weights are summed over them, which is the same mathematics for a third of
 * the work.
 */
public final class TorchExecutor {

  /** Whether batch norm uses the batch's statistics and dropout drops. */
  public enum Mode {
    TRAIN,
    EVALUATE,
    /** As evaluation, but gradients end at each ReLU: its result is one that they are taken by. */
    CUT_AT_RELUS
  }

  /** Compiled once in a process, whoever computes with them, by their source. */
  private static final Map<List<String>, PtSymbolBlock> COMPILED = new ConcurrentHashMap<>();

  private final Network network;
  private final Precision precision;
  private final Set<String> frozen;
  private final Map<Pass, PtSymbolBlock> passes = new ConcurrentHashMap<>();
  private final Set<List<Long>> fitting = ConcurrentHashMap.newKeySet();

  /**
   * A way through the network.
   *
   * @param results ids of nodes, in the order of the results
   */
  private record Pass(Mode mode, int planes, List<String> results) {}

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
  }

  /** The network that it computes. */
  public Network network() {
    return network;
  }

  /**
   * The network's output.
   *
   * @param parameters of this network
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
    Set<String> wanted = new TreeSet<>(kept);
    wanted.add(network.output());
    List<String> ids = List.copyOf(wanted);
    requireFitting(image.getShape().get(2), image.getShape().get(3));
    int planes = Math.toIntExact(image.getShape().get(1));
    PtSymbolBlock op = passes.computeIfAbsent(new Pass(mode, planes, ids), this::compiled);
    NDList arguments = new NDList(image);
    arguments.addAll(parameters.all());
    NDList results = TorchScript.recorded(op, arguments);
    Map<String, NDArray> values = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      values.put(ids.get(i), results.get(i));
    }
    return values;
  }

  /** Before PyTorch refuses the size in its own words. */
  private void requireFitting(long height, long width) {
    if (fitting.add(List.of(height, width))) {
      network.shapes(1, Math.toIntExact(height), Math.toIntExact(width));
    }
  }

  private PtSymbolBlock compiled(Pass pass) {
    ScriptedNetwork script =
        new ScriptedNetwork(
            network,
            precision,
            frozen,
            pass.mode(),
            "p",
            "image",
            pass.planes(),
            "x",
            pass.results());
    List<String> lines = new ArrayList<>(script.lines());
    List<String> results = pass.results().stream().map(script::result).toList();
    lines.add("return [" + String.join(", ", results) + "]");
    return COMPILED.computeIfAbsent(
        lines,
        source ->
            TorchScript.compile(
                "image: Tensor, p: List[Tensor]) -> List[Tensor]", source.toArray(String[]::new)));
  }
}
