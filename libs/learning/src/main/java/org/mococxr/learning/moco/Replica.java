package org.mococxr.learning.moco;

import static org.mococxr.learning.engine.TorchExecutor.Mode.TRAIN;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import org.mococxr.learning.engine.FusedUpdates;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.Layout;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.engine.TorchScript;
import org.mococxr.learning.state.StateDict;

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
      return executor.forward(key, images, TRAIN).normalize(2, 1);
    }
  }

  /** Normalised queries {@code [n, d]} of images, recorded. */
  NDArray queries(NDArray images) {
    return executor.forward(query, images, TRAIN).normalize(2, 1);
  }

  /**
   * {@code [n, 1 + K]}: the key's similarity first, then the queue's, over the temperature.
   *
   * @param queries {@code [n, d]}
   * @param keys {@code [n, d]}
   * @param queue {@code [K, d]}
   */
  static NDArray logits(NDArray queries, NDArray keys, NDArray queue, double temperature) {
    NDArray positive = queries.mul(keys).sum(new int[] {1}, true);
    NDArray negative = queries.matMul(queue.transpose());
    return NDArrays.concat(new NDList(positive, negative), 1).div(temperature);
  }

  /** Mean cross-entropy with the first logit as the right one. */
  static NDArray loss(NDArray logits) {
    return logits.logSoftmax(1).get(":, 0").mean().neg();
  }

  /** The figures of recorded logits; reads from the device, once. */
  static StepFigures figures(NDArray loss, NDArray logits, NDArray queries, double temperature) {
    try (NDArray figures = TorchScript.call(Figures.OP, loss, logits, queries)) {
      float[] f = figures.toFloatArray();
      double n = logits.getShape().get(0);
      double d = queries.getShape().get(1);
      return new StepFigures(
          f[0], f[1] / n, f[2] / n, f[3] * temperature, f[4] * temperature, f[5] * Math.sqrt(d));
    }
  }

  /** One call, since there are many of them and little to compute; compiled when first needed. */
  private static final class Figures {
    // 6 is PyTorch's number of float32.
    static final PtSymbolBlock OP =
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
