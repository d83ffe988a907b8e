package org.mococxr.learning.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mococxr.foundation.UserErrorException;

/** The PyTorch engine of this process; started when first needed. */
public final class Torch {
  private static final int MOST_GPUS = 64;
  private static Engine engine;
  private static DeviceChoice.Gpu gpu;
  private static List<Device> devices;
  private static boolean exact;
  private static int toldThreads;
  private static int askedThreads;
  private static int ownThreads;

  private Torch() {}

  private static synchronized Engine engine() {
    if (engine == null) {
      engine = start();
    }
    return engine;
  }

  private static Engine start() {
    // Never the network: natives come from the class path, and nobody counts our runs.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    boolean gpus = !(DeviceChoice.given() instanceof DeviceChoice.Processor);
    Optional<PyTorchLibraries> given = PyTorchLibraries.given();
    given.ifPresent(libraries -> libraries.use(gpus, builtFor()));
    WaitPolicy.apply(askedThreads);
    try {
      Engine started = Engine.getEngine("PyTorch");
      ownThreads = JniUtils.getNumThreads();
      return started;
    } catch (EngineException | LinkageError e) {
      if (given.isEmpty()) {
        throw e;
      }
      throw UserErrorException.at(
          given.get().lib(),
          "PyTorch %s cannot be loaded: %s"
              .formatted(given.get().version().orElse("of unknown version"), cause(e)),
          "docs/gpu.md lists the versions that fit "
              + builtFor()
              + "; one for CUDA needs the driver, or --device cpu");
    }
  }

  /** The version that DJL's JNI library was built for. */
  private static String builtFor() {
    return Platform.detectPlatform("pytorch").getVersion().replaceFirst("-.*", "");
  }

  private static String cause(Throwable failure) {
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return String.valueOf(last.getMessage()).lines().findFirst().orElse("");
  }

  /** A root manager on a device; the caller closes it. */
  public static NDManager newManager(Device device) {
    return engine().newBaseManager(device);
  }

  public static String version() {
    return PyTorchLibraries.given()
        .flatMap(PyTorchLibraries::version)
        .orElseGet(() -> engine().getVersion());
  }

  /**
   * The devices that compute, as {@link DeviceChoice#given} says.
   *
   * @throws UserErrorException if it says what is not there
   */
  public static synchronized List<Device> devices() {
    if (devices == null) {
      DeviceChoice choice = DeviceChoice.given();
      List<Device> chosen =
          choice instanceof DeviceChoice.Processor ? List.of(Device.cpu()) : choice.devices(gpu());
      if (chosen.getFirst().isGpu()) {
        // Shapes stay the same for a whole run: cuDNN tries its algorithms once and keeps the best.
        JniUtils.setBenchmarkCuDNN(true);
      }
      devices = chosen;
    }
    return devices;
  }

  /** What PyTorch finds; asks each GPU for a byte, since nobody else knows what PyTorch can use. */
  public static synchronized DeviceChoice.Gpu gpu() {
    if (gpu == null) {
      engine();
      Path libraries = Path.of(LibUtils.getLibtorchPath());
      boolean supported = PyTorchLibraries.cuda(libraries);
      int count = 0;
      String why = "";
      while (supported && count < MOST_GPUS && why.isEmpty()) {
        why = refusal(count);
        count += why.isEmpty() ? 1 : 0;
      }
      gpu = new DeviceChoice.Gpu(supported, count, why, libraries.toString());
    }
    return gpu;
  }

  /** PyTorch's words if it cannot allocate on a GPU; empty if it can. */
  private static String refusal(int number) {
    String device = "torch.device(\"cuda:%d\")".formatted(number);
    try (NDManager manager = newManager(Device.cpu());
        IValue made =
            TorchScript.run(
                TorchScript.compile(
                    manager,
                    "n: int) -> Tensor",
                    List.of("return torch.empty([n], dtype=0, device=" + device + ")")),
                IValue.from(1L))) {
      return "";
    } catch (EngineException e) {
      String text = String.valueOf(e.getMessage());
      String marker = "RuntimeError: ";
      int at = text.lastIndexOf(marker);
      return (at < 0 ? text : text.substring(at + marker.length()))
          .lines()
          .findFirst()
          .orElse("no reason given");
    }
  }

  /**
   * Gets ready for a run: its threads, and devices that are there. What an earlier run of the
   * process asked for is forgotten.
   *
   * @param threads of {@link #threads}; 0 for what {@link #setThreads} has said, else the engine's
   *     own choice
   * @throws UserErrorException if the devices that were asked for are not there
   */
  public static void prepare(int threads) {
    if (threads > 0 || started()) {
      use(threads > 0 ? threads : toldThreads);
    }
    devices();
  }

  private static synchronized boolean started() {
    return engine != null;
  }

  /**
   * @param threads 0 for the engine's own choice
   */
  private static synchronized void use(int threads) {
    askedThreads = threads;
    engine();
    JniUtils.setNumThreads(threads > 0 ? threads : ownThreads);
  }

  /**
   * As above, for a run that must not round: otherwise a GPU's convolutions are in TF32, which
   * PyTorch allows unless it is told before it starts.
   */
  public static synchronized void prepareExact(int threads) {
    if (engine == null) {
      NativeEnvironment.setDefault("NVIDIA_TF32_OVERRIDE", "0");
      exact = true;
    }
    prepare(threads);
    if (!exact && devices().getFirst().isGpu()) {
      throw new IllegalStateException("PyTorch has started with TF32 in this process");
    }
  }

  /** Threads of one operation on the CPU; results are bit-identical only at the same number. */
  public static int threads() {
    engine();
    return JniUtils.getNumThreads();
  }

  /** Sets {@link #threads()} for all of the process that does not ask for others. */
  public static synchronized void setThreads(int threads) {
    toldThreads = threads;
    use(threads);
  }

  /** Seeds the engine's own generator, which only dropout draws from. */
  public static void seed(long seed) {
    engine().setRandomSeed((int) (seed ^ (seed >>> 32)));
  }

  static PtNDArray pt(NDArray array) {
    return (PtNDArray) array;
  }
}
