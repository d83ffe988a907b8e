package org.mococxr.learning.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.IntFunction;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.TorchExecutor.Mode;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.state.StateDict;
import org.mococxr.specs.training.Layout;

/**
 * Pooled features of pictures under an encoder in evaluation mode. Each picture's features depend
 * on nothing but the picture and the encoder, not on the batch it came in, up to float rounding.
 */
public final class FeatureExtractor implements FeatureSource {
  private static final Layout LAYOUT = Layout.CHANNELS_LAST;

  private final TorchExecutor executor;
  private final PictureLoader loader;
  private final int batch;
  private final NDManager manager;
  private final Parameters parameters;

  /**
   * @param network with or without a head; its features are what counts
   * @param state of the network
   * @param batch pictures at a time on the CPU, where the bits depend on it; more on a GPU
   */
  public FeatureExtractor(
      Network network, StateDict state, Normalisation normalisation, Device device, int batch) {
    Network backbone = network.withoutHead();
    this.executor = new TorchExecutor(backbone);
    this.loader = new PictureLoader(normalisation, List.of(device), PictureLoader.defaultThreads());
    this.batch = PictureLoader.batchOn(device, batch);
    this.manager = Torch.newManager(device);
    this.parameters = Parameters.load(manager, backbone, state, LAYOUT);
  }

  /** Numbers a picture: d of {@code [N, d]}. */
  public int dimension() {
    return executor.network().featureDimension();
  }

  @Override
  public float[] features(int n, IntFunction<GreyImage> pictures, Progress progress) {
    float[] out = new float[n * dimension()];
    if (n == 0) {
      return out;
    }
    GreyImage first = pictures.apply(0);
    IntFunction<GreyImage> all = i -> i == 0 ? first : pictures.apply(i);
    try (PictureLoader.Series series =
        loader.series(n, batch, first.height(), first.width(), all)) {
      for (int from = 0; from < n; from += batch) {
        try (Pixels pixels = series.next();
            GradientMode off = GradientMode.off();
            NDManager step = manager.newSubManager()) {
          parameters.lend(step);
          NDArray images = pixels.images(step, LAYOUT, null);
          float[] rows = executor.forward(parameters, images, Mode.EVALUATE).toFloatArray();
          System.arraycopy(rows, 0, out, from * dimension(), rows.length);
        }
        progress.update("computing features", Math.min(n, from + batch), n);
      }
    }
    return out;
  }

  @Override
  public void close() {
    loader.close();
    parameters.close();
    manager.close();
  }
}
