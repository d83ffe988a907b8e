package org.mococxr.learning.finetuning;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.IntFunction;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.PictureLoader;
import org.mococxr.learning.engine.Pixels;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.Optimizer;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.specs.training.Layout;
import org.mococxr.specs.training.Precision;

/** A network with its head on a device: one step of training, or logits. */
final class NetworkModel implements AutoCloseable {
  private static final Layout LAYOUT = Layout.CHANNELS_LAST;

  private static final int EVALUATION_BATCH = 32;

  private final TorchExecutor executor;
  private final PictureLoader loader;
  private final NDManager manager;
  private final Parameters parameters;
  private final Optimizer optimizer;
  private final boolean evaluates;
  private final int evaluationBatch;

  NetworkModel(
      Network network,
      StateDict state,
      Normalisation normalisation,
      OptimizerSpec spec,
      Precision precision,
      TrainedLayers trained) {
    Device device = Torch.devices().getFirst();
    this.executor = new TorchExecutor(network, precision, trained.frozenNorms());
    this.loader = new PictureLoader(normalisation, List.of(device), PictureLoader.defaultThreads());
    this.evaluationBatch = PictureLoader.batchOn(device, EVALUATION_BATCH);
    this.manager = Torch.newManager(device);
    this.parameters = Parameters.load(manager, network, state, LAYOUT);
    this.evaluates = trained.evaluates();
    parameters.train(trained.names()::contains);
    this.optimizer = new Optimizer(spec, parameters, manager);
  }

  /** Loss of logits, and what each contributes to it. */
  interface Loss {
    /** The loss; its derivatives replace the logits, {@code [n, outputs]} row-major. */
    double apply(float[] logits);
  }

  /** Makes and sends the pictures of steps to come. */
  PictureLoader loader() {
    return loader;
  }

  /** One update; returns the loss. */
  double step(ImageBatch images, Loss loss, double rate) {
    try (NDManager step = manager.newSubManager();
        GradientMode recording = GradientMode.recording()) {
      parameters.lend(step);
      parameters.zeroGradients();
      // A frozen backbone keeps its batch-norm statistics: it runs as in evaluation.
      TorchExecutor.Mode mode = evaluates ? TorchExecutor.Mode.EVALUATE : TorchExecutor.Mode.TRAIN;
      NDArray logits = executor.forward(parameters, images.images(step, LAYOUT, null), mode);
      float[] slopes = logits.toFloatArray();
      double value = loss.apply(slopes);
      // The sum of logits times constants has these constants as its derivatives.
      GradientMode.backward(logits.mul(step.create(slopes, logits.getShape())).sum());
      optimizer.step(rate);
      return value;
    }
  }

  /**
   * Logits {@code [n, outputs]} in evaluation mode and the run's precision, row-major.
   *
   * @param size side of each picture in pixels
   * @param pictures picture 0 … n − 1; called by several threads
   */
  float[] logits(int n, int size, IntFunction<GreyImage> pictures, int outputs) {
    float[] out = new float[n * outputs];
    try (PictureLoader.Series series = loader.series(n, evaluationBatch, size, size, pictures)) {
      for (int from = 0; from < n; from += evaluationBatch) {
        try (Pixels pixels = series.next();
            NDManager step = manager.newSubManager();
            GradientMode off = GradientMode.off()) {
          parameters.lend(step);
          float[] rows =
              executor
                  .forward(
                      parameters, pixels.images(step, LAYOUT, null), TorchExecutor.Mode.EVALUATE)
                  .toFloatArray();
          System.arraycopy(rows, 0, out, from * outputs, rows.length);
        }
      }
    }
    return out;
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
    loader.close();
    optimizer.close();
    parameters.close();
    manager.close();
  }
}
