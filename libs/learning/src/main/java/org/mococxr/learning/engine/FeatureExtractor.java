package org.mococxr.learning.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
public final class FeatureExtractor implements AutoCloseable {
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

  /**
   * Features {@code [n, d]}, row-major.
   *
   * @param pictures picture 0 … n − 1, all of one size; each is asked for once, by several threads
   */
  public float[] features(int n, IntFunction<GreyImage> pictures, Progress progress) {
    float[] out = new float[n * dimension()];
    if (n == 0) {
      return out;
    }
    run(
        n,
        pictures.apply(0),
        pictures,
        Set.of(),
        progress,
        (from, values) -> {
          float[] rows = values.get(executor.network().output()).toFloatArray();
          System.arraycopy(rows, 0, out, from * dimension(), rows.length);
        });
    return out;
  }

  /**
   * The last feature map of each picture, {@code [n, d, h, w]}, row-major; for heat maps.
   *
   * @param pictures picture 0 … n − 1, all of one size; each is asked for once, by several threads
   */
  public float[] featureMaps(int n, IntFunction<GreyImage> pictures) {
    Network network = executor.network();
    GreyImage first = pictures.apply(0);
    long[] shape = network.shapes(1, first.height(), first.width()).get(network.featureMap());
    int size = (int) (shape[1] * shape[2] * shape[3]);
    float[] out = new float[n * size];
    run(
        n,
        first,
        pictures,
        Set.of(network.featureMap()),
        Progress.SILENT,
        (from, values) -> {
          float[] maps = values.get(network.featureMap()).toFloatArray();
          System.arraycopy(maps, 0, out, from * size, maps.length);
        });
    return out;
  }

  private interface Sink {
    void accept(int from, Map<String, NDArray> values);
  }

  private void run(
      int n,
      GreyImage first,
      IntFunction<GreyImage> pictures,
      Set<String> kept,
      Progress progress,
      Sink sink) {
    IntFunction<GreyImage> all = i -> i == 0 ? first : pictures.apply(i);
    try (PictureLoader.Series series =
        loader.series(n, batch, first.height(), first.width(), all)) {
      for (int from = 0; from < n; from += batch) {
        try (Pixels pixels = series.next();
            GradientMode off = GradientMode.off();
            NDManager step = manager.newSubManager()) {
          parameters.lend(step);
          NDArray images = pixels.images(step, LAYOUT, null);
          sink.accept(from, executor.forward(parameters, images, Mode.EVALUATE, kept));
        }
        progress.update("computing features", Math.min(n, from + batch), n);
      }
    }
  }

  @Override
  public void close() {
    loader.close();
    parameters.close();
    manager.close();
  }
}
