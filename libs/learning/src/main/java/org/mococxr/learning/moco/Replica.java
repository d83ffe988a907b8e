package org.mococxr.learning.moco;

import static org.mococxr.learning.engine.TorchExecutor.Mode.TRAIN;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.mococxr.learning.engine.FusedUpdates;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.Layout;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.state.StateDict;

/** One device's copy of both encoders, and what it computes in a step. */
final class Replica implements AutoCloseable {
  private final TorchExecutor executor;
  private final Layout layout;
  private final NDManager manager;
  private final Parameters query;
  private final Parameters key;

  Replica(Device device, TorchExecutor executor, Layout layout, StateDict query, StateDict key) {
    this.executor = executor;
    this.layout = layout;
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
      return executor.forward(key, layout.of(images), TRAIN).normalize(2, 1);
    }
  }

  /** Normalised queries {@code [n, d]} of images, recorded. */
  NDArray queries(NDArray images) {
    return executor.forward(query, layout.of(images), TRAIN).normalize(2, 1);
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

  /** The figures of recorded logits; reads from the device. */
  static StepFigures figures(NDArray loss, NDArray logits, NDArray queries, double temperature) {
    try (GradientMode off = GradientMode.off()) {
      NDArray positive = logits.get(":, 0:1");
      NDArray negative = logits.get(":, 1:");
      float[] higher =
          negative.gt(positive).toType(DataType.FLOAT32, false).sum(new int[] {1}).toFloatArray();
      double first = 0;
      double fifth = 0;
      for (float rank : higher) {
        first += rank < 1 ? 1 : 0;
        fifth += rank < 5 ? 1 : 0;
      }
      long d = queries.getShape().get(1);
      NDArray centred = queries.sub(queries.mean(new int[] {0}, true));
      float deviation = centred.square().mean(new int[] {0}).sqrt().mean().getFloat();
      return new StepFigures(
          loss.getFloat(),
          first / higher.length,
          fifth / higher.length,
          positive.mean().getFloat() * temperature,
          negative.mean().getFloat() * temperature,
          deviation * Math.sqrt(d));
    }
  }

  @Override
  public void close() {
    query.close();
    key.close();
    manager.close();
  }
}
