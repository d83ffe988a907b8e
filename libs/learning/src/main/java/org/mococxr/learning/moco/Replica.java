package org.mococxr.learning.moco;

import static org.mococxr.learning.engine.TorchExecutor.Mode.TRAIN;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mococxr.learning.engine.FusedUpdates;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.engine.TorchScript;
import org.mococxr.learning.state.StateDict;
import org.mococxr.specs.training.Layout;

/** One device's copy of both encoders, and what it computes in a step. */
final class Replica implements AutoCloseable {
  private final TorchExecutor executor;
  private final NDManager manager;
  private final Parameters query;
  private final Parameters key;

  Replica(Device device, TorchExecutor executor, Layout layout, StateDict query, StateDict key) {
    this.executor = executor;
    this.manager = Torch.newManager(device);
    this.query = Parameters.load(manager, executor.network(), query, layout);
    this.key = Parameters.load(manager, executor.network(), key, layout);
    this.query.train(name -> true);
  }

  NDManager manager() {
    return manager;
  }

  Parameters query() {
    return query;
  }

  Parameters key() {
    return key;
  }

  NDManager newStep() {
    NDManager step = manager.newSubManager();
    query.lend(step);
    key.lend(step);
    return step;
  }

  /** The gradients of all trained parameters in one array. */
  NDArray flatGradients(NDManager step) {
    return FusedUpdates.flat(step, gradients());
  }

  /** Overwrites the gradients by what {@link #flatGradients} gave of another replica. */
  void setGradients(NDArray flat) {
    FusedUpdates.scatter(flat, gradients());
  }

  private List<NDArray> gradients() {
    return query.trained().stream().map(query::gradient).toList();
  }

  /** θ_k ← m·θ_k + (1 − m)·θ_q over what is trained; f_k's batch statistics are its own. */
  void moveKeyEncoder(double momentum) {
    FusedUpdates.moveTowards(
        query.trained().stream().map(key::get).toList(),
        query.trained().stream().map(query::get).toList(),
        1 - momentum);
  }

  /** Normalised keys {@code [n, d]} of images, without gradient. */
  NDArray keys(NDArray images) {
    try (GradientMode off = GradientMode.off()) {
      return TorchScript.recorded(Ops.NORMALISE, executor.forward(key, images, TRAIN));
    }
  }

  /** Embeddings {@code [n, d]} of images, recorded, not normalised. */
  NDArray embeddings(NDArray images) {
    return executor.forward(query, images, TRAIN);
  }

  /**
   * The contrast of queries with their keys and the queue.
   *
   * @param embeddings {@code [n, d]}, not normalised
   * @param keys {@code [n, d]}, normalised
   * @param queue {@code [K, d]}
   * @return the mean cross-entropy with the first logit as the right one; the logits {@code [n, 1 +
   *     K]}: the key's similarity first, then the queue's, over the temperature; the normalised
   *     queries {@code [n, d]}
   */
  static NDList contrast(NDArray embeddings, NDArray keys, NDArray queue, double temperature) {
    PtSymbolBlock op = Ops.CONTRAST.computeIfAbsent(temperature, Ops::contrast);
    return TorchScript.recorded(op, new NDList(embeddings, keys, queue));
  }

  /** The figures of what {@link #contrast} gave, as {@link StepFigures#read} takes them. */
  static NDArray figures(NDList contrast) {
    return TorchScript.call(Ops.FIGURES, contrast.get(0), contrast.get(1), contrast.get(2));
  }

  /** Few calls, since there is little to compute in each; compiled when first needed. */
  private static final class Ops {
    private static final String UNIT_LENGTH =
        "torch.div(y, torch.expand_as(torch.clamp_min(torch.norm(y, 2, [1], True), 1e-12), y))";

    static final PtSymbolBlock NORMALISE =
        TorchScript.compile("y: Tensor) -> Tensor", "return " + UNIT_LENGTH);
    static final Map<Double, PtSymbolBlock> CONTRAST = new ConcurrentHashMap<>();

    static PtSymbolBlock contrast(double temperature) {
      return TorchScript.compile(
          "y: Tensor, keys: Tensor, queue: Tensor) -> List[Tensor]",
          "queries = " + UNIT_LENGTH,
          "positive = torch.sum(torch.mul(queries, keys), [1], True)",
          "negative = torch.matmul(queries, torch.t(queue))",
          "logits = torch.div(torch.cat([positive, negative], 1), " + temperature + ")",
          "likely = torch.select(torch.log_softmax(logits, 1), 1, 0)",
          "return [torch.neg(torch.mean(likely)), logits, queries]");
    }

    // 6 is PyTorch's number of float32.
    static final PtSymbolBlock FIGURES =
        TorchScript.compile(
            "loss: Tensor, logits: Tensor, queries: Tensor) -> Tensor",
            "positive = torch.slice(logits, 1, 0, 1, 1)",
            "negative = torch.slice(logits, 1, 1, torch.size(logits, 1), 1)",
            "higher = torch.sum(torch.gt(negative, positive), [1], False)",
            "first = torch.to(torch.sum(torch.lt(higher, 1)), 6)",
            "fifth = torch.to(torch.sum(torch.lt(higher, 5)), 6)",
            "centred = torch.sub(queries, torch.mean(queries, [0], True))",
            "variance = torch.mean(torch.mul(centred, centred), [0], False)",
            "deviation = torch.mean(torch.sqrt(variance))",
            "return torch.stack([loss, first, fifth, torch.mean(positive), torch.mean(negative),"
                + " deviation], 0)");
  }

  @Override
  public void close() {
    query.close();
    key.close();
    manager.close();
  }
}
