package org.mococxr.learning.finetuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.IntFunction;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.Layout;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Planes;
import org.mococxr.learning.engine.Precision;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.Optimizer;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.state.StateDict;

/** A network with its head on a device: one step of training, or logits. */
final class NetworkModel implements AutoCloseable {
  private static final int EVALUATION_BATCH = 32;

  private final TorchExecutor training;
  private final TorchExecutor evaluating;
  private final Planes planes;
  private final NDManager manager;
  private final Parameters parameters;
  private final Optimizer optimizer;
  private final boolean headOnly;

  NetworkModel(
      Network network,
      StateDict state,
      Normalisation normalisation,
      OptimizerSpec spec,
      Precision precision,
      boolean headOnly) {
    this.training = new TorchExecutor(network, precision);
    this.evaluating = new TorchExecutor(network);
    this.planes = new Planes(normalisation);
    this.manager = Torch.newManager(Torch.devices().getFirst());
    this.parameters = Parameters.load(manager, network, state, Layout.CHANNELS_LAST);
    this.headOnly = headOnly;
    parameters.train(name -> !headOnly || network.isHead(name));
    this.optimizer = new Optimizer(spec, parameters, manager);
  }

  /** Loss of logits, and what each contributes to it. */
  interface Loss {
    /** The loss; its derivatives replace the logits, {@code [n, outputs]} row-major. */
    double apply(float[] logits);
  }

  /** One update; returns the loss. */
  double step(int n, IntFunction<GreyImage> pictures, Loss loss, double rate) {
    try (NDManager step = manager.newSubManager();
        GradientMode recording = GradientMode.recording()) {
      parameters.lend(step);
      parameters.zeroGradients();
      // A frozen backbone keeps its batch-norm statistics: it runs as in evaluation.
      TorchExecutor.Mode mode = headOnly ? TorchExecutor.Mode.EVALUATE : TorchExecutor.Mode.TRAIN;
      NDArray logits = training.forward(parameters, images(step, 0, n, pictures), mode);
      float[] slopes = logits.toFloatArray();
      double value = loss.apply(slopes);
      // The sum of logits times constants has these constants as its derivatives.
      GradientMode.backward(logits.mul(step.create(slopes, logits.getShape())).sum());
      optimizer.step(step, rate);
      return value;
    }
  }

  /** Logits {@code [n, outputs]} in evaluation mode, row-major. */
  float[] logits(int n, IntFunction<GreyImage> pictures, int outputs) {
    float[] out = new float[n * outputs];
    for (int from = 0; from < n; from += EVALUATION_BATCH) {
      int count = Math.min(EVALUATION_BATCH, n - from);
      try (NDManager step = manager.newSubManager();
          GradientMode off = GradientMode.off()) {
        parameters.lend(step);
        float[] rows =
            evaluating
                .forward(
                    parameters, images(step, from, count, pictures), TorchExecutor.Mode.EVALUATE)
                .toFloatArray();
        System.arraycopy(rows, 0, out, from * outputs, rows.length);
      }
    }
    return out;
  }

  private NDArray images(NDManager step, int from, int count, IntFunction<GreyImage> pictures) {
    GreyImage first = pictures.apply(from);
    int length = planes.length(first.width() * first.height());
    float[] values = new float[count * length];
    for (int i = 0; i < count; i++) {
      planes.write(i == 0 ? first : pictures.apply(from + i), values, i * length);
    }
    Shape shape = new Shape(count, planes.count(), first.height(), first.width());
    return Layout.CHANNELS_LAST.of(step.create(values, shape));
  }

  StateDict state() {
    return parameters.toStateDict();
  }

  StateDict optimizerState() {
    return optimizer.state();
  }

  long steps() {
    return optimizer.steps();
  }

  /** Replaces the parameters and running statistics. */
  void load(StateDict state) {
    state.asMap().forEach(parameters::set);
  }

  void restoreOptimizer(StateDict moments, long steps) {
    optimizer.restore(moments, steps);
  }

  @Override
  public void close() {
    optimizer.close();
    parameters.close();
    manager.close();
  }
}
