package org.mococxr.learning.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.stream.IntStream;

/** The PyTorch engine of this process. */
public final class Torch {
  private static final Engine ENGINE = start();

  private Torch() {}

  private static Engine start() {
    // Never the network: natives come from the class path, and nobody counts our runs.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    Engine engine = Engine.getEngine("PyTorch");
    if (engine.getGpuCount() > 0) {
      // Shapes stay the same for a whole run: let cuDNN try its algorithms once and keep the best.
      JniUtils.setBenchmarkCuDNN(true);
    }
    // Our scripts are single calls; profiling and rewriting them gains nothing.
    JniUtils.setGraphExecutorOptimize(false);
    return engine;
  }

  /** A root manager on a device; the caller closes it. */
  public static NDManager newManager(Device device) {
    return ENGINE.newBaseManager(device);
  }

  /** PyTorch's version. */
  public static String version() {
    return ENGINE.getVersion();
  }

  /** Every visible GPU, or the CPU alone. */
  public static List<Device> devices() {
    int gpus = ENGINE.getGpuCount();
    return gpus == 0
        ? List.of(Device.cpu())
        : IntStream.range(0, gpus).mapToObj(Device::gpu).toList();
  }

  /** Threads of one operation on the CPU; results are bit-identical only at the same number. */
  public static int threads() {
    return JniUtils.getNumThreads();
  }

  /** Sets {@link #threads()} for the whole process. */
  public static void setThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  /** Seeds the engine's own generator, which only dropout draws from. */
  public static void seed(long seed) {
    ENGINE.setRandomSeed((int) (seed ^ (seed >>> 32)));
  }

  static PtNDArray pt(NDArray array) {
    return (PtNDArray) array;
  }
}
