package org.mococxr.learning.engine;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.mococxr.foundation.UserErrorException;

/**
 * Work of a GPU that was recorded once and is given to it again in one launch: for small batches
 * the launches of a step cost the host more time than the step costs the device. A script cannot
 * reach this ability of PyTorch, so its C++ functions are called by their names in the library.
 *
 * <p>What is recorded must not read from the device, must not depend on numbers of the host that
 * change, and must have run before, so that cuDNN has chosen its algorithms; and no array may be
 * read or written that is not there any more when it is replayed. Recording and replaying are for
 * one thread; others may use the device meanwhile.
 */
public final class CudaGraph implements Recording {
  /** System property with {@code auto} or {@code off}; the command line sets it. */
  public static final String PROPERTY = "mococxr.cuda-graphs";

  /** Environment variable with the same, for pods; the property wins. */
  public static final String VARIABLE = "MOCOCXR_CUDA_GRAPHS";

  /** More than the object takes, which is about 200 bytes. */
  private static final int OBJECT_BYTES = 4096;

  private static final long ALIGNMENT = 64;

  /** cudaStreamCaptureModeRelaxed: other threads may allocate and copy meanwhile. */
  private static final int RELAXED = 2;

  private static final String AUTO = "auto";

  private final Library library;

  /** Holds the object; freed by JNA once nobody refers to it. */
  private final Memory memory = new Memory(OBJECT_BYTES + ALIGNMENT);

  private final Pointer object = memory.align((int) ALIGNMENT);

  private CudaGraph(Library library) {
    this.library = library;
    memory.clear();
    library.construct(object);
  }

  /**
   * Why steps on a device cannot be recorded; empty if they can.
   *
   * @param device that computes
   */
  private static Optional<String> refusal(Device device) {
    if (device.getDeviceId() != 0) {
      return Optional.of("only the first GPU's work can be recorded");
    }
    try {
      Library.get();
      return Optional.empty();
    } catch (UnsatisfiedLinkError e) {
      return Optional.of("this PyTorch lacks a function: " + e.getMessage());
    }
  }

  /**
   * Records for a device; empty if it is switched off or cannot be done, which a GPU's user is
   * told.
   *
   * @param notes take what the user should know
   * @throws UserErrorException if the setting is neither auto nor off
   */
  public static Optional<Recorder> recorder(Device device, Consumer<String> notes) {
    boolean wanted = wanted(EngineSetting.text(PROPERTY, VARIABLE).orElse(AUTO));
    if (!wanted || !device.isGpu()) {
      return Optional.empty();
    }
    Optional<String> refusal = refusal(device);
    refusal.ifPresent(why -> notes.accept("steps are not recorded as CUDA graphs: " + why));
    return refusal.isPresent() ? Optional.empty() : Optional.of(new OfDevice(device, notes));
  }

  /**
   * Reads {@code auto} or {@code off}.
   *
   * @throws UserErrorException if it is neither
   */
  public static boolean wanted(String text) {
    return switch (text) {
      case AUTO -> true;
      case "off" -> false;
      default ->
          throw new UserErrorException(
              "--cuda-graphs", "found '" + text + "'", "expected auto or off");
    };
  }

  private record OfDevice(Device device, Consumer<String> notes) implements Recorder {
    @Override
    public Recording record(Runnable work) {
      return CudaGraph.record(device, work);
    }

    @Override
    public void failed(EngineException reason) {
      notes.accept(
          "steps are not recorded as CUDA graphs: "
              + String.valueOf(reason.getMessage()).strip().lines().findFirst().orElse(""));
    }
  }

  private static CudaGraph record(Device device, Runnable work) {
    // What earlier steps have left in PyTorch's cache would be held beside the graph's own memory.
    JniUtils.emptyCudaCache();
    Library library = Library.get();
    CudaGraph graph = new CudaGraph(library);
    byte number = (byte) device.getDeviceId();
    Stream before = library.stream(library.currentStream, number);
    // The default stream cannot be recorded.
    Stream own = library.stream(library.otherStream, false, number);
    library.use(own);
    try {
      record(graph.new OnStream(own), work);
    } finally {
      library.use(before);
    }
    return graph;
  }

  /** What a device is told around the work that is recorded. */
  interface Bounds {
    void begin();

    void end();

    /** Instead of {@link #end}: nothing is recorded, and the device computes as before. */
    void abandon();
  }

  /**
   * Records work, or nothing if the work fails.
   *
   * @throws EngineException what the work throws
   */
  static void record(Bounds bounds, Runnable work) {
    bounds.begin();
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      bounds.abandon();
      throw e;
    }
    bounds.end();
  }

  private final class OnStream implements Bounds {
    private final Stream stream;

    private OnStream(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void begin() {
      library.begin.invokeVoid(new Object[] {object, 0L, 0L, RELAXED});
    }

    @Override
    public void end() {
      library.end.invokeVoid(new Object[] {object});
    }

    /**
     * PyTorch's end of a recording that an operation has broken throws a C++ exception, which ends
     * the process. The broken one is therefore ended by CUDA's own function, and PyTorch, which
     * still holds memory for it, is given an empty one to end.
     */
    @Override
    public void abandon() {
      if (library.replaceByEmpty(stream)) {
        end();
        close();
      }
    }
  }

  @Override
  public void replay() {
    library.replay.invokeVoid(new Object[] {object});
  }

  @Override
  public void close() {
    library.destruct.invokeVoid(new Object[] {object});
  }

  /** c10::cuda::CUDAStream: the device, and the stream's number on it. */
  @Structure.FieldOrder({"device", "id"})
  public static final class Stream extends Structure implements Structure.ByValue {
    public long device;
    public long id;
  }

  /** The functions, by their mangled names. */
  private static final class Library {
    private static Library loaded;

    private final Function construct;
    private final boolean takesKeep;
    private final Function destruct;
    private final Function begin;
    private final Function end;
    private final Function replay;
    private final Function currentStream;
    private final Function otherStream;
    private final Function useStream;
    private final Function cudaStream;
    private final Function beginCapture;
    private final Function endCapture;
    private final Function destroyGraph;
    private final Function lastError;

    private Library(Path folder) {
      NativeLibrary torch = load(folder, "torch_cuda");
      NativeLibrary core = load(folder, "c10_cuda");
      // Since PyTorch 2.8 the constructor takes whether the graph may be changed after it.
      Function keeping = found(torch, "_ZN2at4cuda9CUDAGraphC1Eb");
      takesKeep = keeping != null;
      construct = takesKeep ? keeping : torch.getFunction("_ZN2at4cuda9CUDAGraphC1Ev");
      destruct = torch.getFunction("_ZN2at4cuda9CUDAGraphD1Ev");
      begin =
          torch.getFunction(
              "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode");
      end = torch.getFunction("_ZN2at4cuda9CUDAGraph11capture_endEv");
      replay = torch.getFunction("_ZN2at4cuda9CUDAGraph6replayEv");
      currentStream = core.getFunction("_ZN3c104cuda20getCurrentCUDAStreamEa");
      otherStream = core.getFunction("_ZN3c104cuda17getStreamFromPoolEba");
      useStream = core.getFunction("_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE");
      // Only a broken recording needs these: CUDA's runtime, with which that library is linked.
      cudaStream = found(core, "_ZNK3c104cuda10CUDAStream6streamEv");
      beginCapture = found(core, "cudaStreamBeginCapture");
      endCapture = found(core, "cudaStreamEndCapture");
      destroyGraph = found(core, "cudaGraphDestroy");
      lastError = found(core, "cudaGetLastError");
    }

    static synchronized Library get() {
      if (loaded == null) {
        loaded = new Library(Path.of(LibUtils.getLibtorchPath()));
      }
      return loaded;
    }

    private static NativeLibrary load(Path folder, String name) {
      Path file = folder.resolve(System.mapLibraryName(name));
      if (!Files.exists(file)) {
        throw new UnsatisfiedLinkError(file.toString());
      }
      return NativeLibrary.getInstance(file.toString());
    }

    private static Function found(NativeLibrary library, String name) {
      try {
        return library.getFunction(name);
      } catch (UnsatisfiedLinkError absent) {
        return null;
      }
    }

    void construct(Pointer object) {
      construct.invokeVoid(takesKeep ? new Object[] {object, (byte) 0} : new Object[] {object});
    }

    Stream stream(Function function, Object... arguments) {
      return (Stream) function.invoke(Stream.class, arguments);
    }

    /**
     * Ends what a stream records, which may be broken, and begins to record anew.
     *
     * @return whether it records; false where CUDA's runtime is part of PyTorch's libraries, whose
     *     functions cannot be called then
     */
    boolean replaceByEmpty(Stream stream) {
      if (Arrays.asList(cudaStream, beginCapture, endCapture, destroyGraph, lastError)
          .contains(null)) {
        return false;
      }
      Pointer raw = cudaStream.invokePointer(new Object[] {stream.getPointer()});
      PointerByReference recorded = new PointerByReference();
      endCapture.invokeInt(new Object[] {raw, recorded});
      if (recorded.getValue() != null) {
        destroyGraph.invokeInt(new Object[] {recorded.getValue()});
      }
      lastError.invokeInt(new Object[0]); // else the next operation would be told of it
      return beginCapture.invokeInt(new Object[] {raw, RELAXED}) == 0;
    }

    void use(Stream stream) {
      useStream.invokeVoid(new Object[] {stream});
    }
  }
}
