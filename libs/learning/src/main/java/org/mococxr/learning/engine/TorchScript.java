package org.mococxr.learning.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipOutputStream;
import org.mococxr.learning.state.io.TorchWriter;

/**
 * TorchScript modules, written by ourselves, for what DJL's arrays lack: a network's whole pass,
 * PyTorch's fused updates of many tensors, and other operations that are worth joining into one
 * call. A module is a zip of its source and a pickled object without state.
 */
public final class TorchScript {
  /** Of each thread, as PyTorch keeps the switch. */
  private static final ThreadLocal<Boolean> AS_WRITTEN = ThreadLocal.withInitial(() -> false);

  private TorchScript() {}

  /**
   * Compiles a function that lives as long as the process, for tensors of any device.
   *
   * @param signature parameters after {@code self} and the result, for example {@code x: Tensor) ->
   *     Tensor}
   * @param lines of the body
   */
  public static PtSymbolBlock compile(String signature, String... lines) {
    return compile(Torch.newManager(Device.cpu()), signature, List.of(lines));
  }

  /**
   * Compiles a function that lives as long as a manager.
   *
   * @param signature parameters after {@code self} and the result, for example {@code x: Tensor) ->
   *     Tensor}
   * @param lines of the body
   */
  public static PtSymbolBlock compile(NDManager manager, String signature, List<String> lines) {
    StringBuilder code = new StringBuilder();
    code.append("class Op(Module):\n");
    code.append("  __parameters__ = []\n");
    code.append("  __buffers__ = []\n");
    code.append("  training : bool\n");
    code.append("  def forward(self: __torch__.Op, ").append(signature).append(":\n");
    for (String line : lines) {
      code.append("    ").append(line).append('\n');
    }
    byte[] archive = archive(code.toString());
    try {
      return JniUtils.loadModule(
          (PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] archive(String code) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      TorchWriter.stored(zip, "op/data.pkl", object());
      TorchWriter.stored(zip, "op/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      // An empty tuple, protocol 2.
      TorchWriter.stored(zip, "op/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      TorchWriter.stored(zip, "op/version", "3\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The pickle of {@code Op()} with {@code training = False}. */
  private static byte[] object() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2, 'c'});
    out.write("__torch__\nOp\n".getBytes(StandardCharsets.UTF_8));
    out.write(new byte[] {')', (byte) 0x81, '}', '(', 'X', 8, 0, 0, 0});
    out.write("training".getBytes(StandardCharsets.UTF_8));
    out.write(new byte[] {(byte) 0x89, 'u', 'b', '.'});
    return out.toByteArray();
  }

  /**
   * Calls a compiled function that gives a tensor; nothing is recorded.
   *
   * @return attached to the first argument's manager
   */
  public static NDArray call(PtSymbolBlock op, NDArray... arguments) {
    return call(arguments[0].getManager(), op, arguments);
  }

  /** As above, with the result attached to a given manager. */
  static NDArray call(NDManager owner, PtSymbolBlock op, NDArray... arguments) {
    return call(
        owner, op, Stream.of(arguments).map(Torch::pt).map(IValue::from).toArray(IValue[]::new));
  }

  /** As above, with arguments of any kind, which it closes. */
  static NDArray call(NDManager owner, PtSymbolBlock op, IValue... arguments) {
    try (IValue result = run(op, arguments)) {
      return result.toTensor((PtNDManager) owner);
    } finally {
      Stream.of(arguments).forEach(IValue::close);
    }
  }

  /** Calls a compiled function that changes its arguments in place, and closes them. */
  static void update(PtSymbolBlock op, IValue... arguments) {
    try (GradientMode off = GradientMode.off();
        IValue result = run(op, arguments)) {
      // The result says nothing.
    } finally {
      Stream.of(arguments).forEach(IValue::close);
    }
  }

  /** Calls a compiled function; nothing is recorded. The caller closes arguments and result. */
  public static IValue run(PtSymbolBlock op, IValue... arguments) {
    asWritten();
    return op.forward(arguments);
  }

  /**
   * Switches PyTorch's own rewriting of scripts off on this thread: our scripts gain nothing from
   * it, and on a GPU it would compile kernels at run time, for which a first step took 19 seconds.
   */
  private static void asWritten() {
    if (!AS_WRITTEN.get()) {
      JniUtils.setGraphExecutorOptimize(false);
      AS_WRITTEN.set(true);
    }
  }

  /** Calls a compiled function so that gradients may flow through it. */
  public static NDArray recorded(PtSymbolBlock op, NDArray... x) {
    return recorded(op, new NDList(x)).singletonOrThrow();
  }

  /**
   * As above, for a function with lists among its parameters or as its result: arrays whose name is
   * the same and ends with {@code []} are one list.
   *
   * @return attached to the first argument's manager
   */
  public static NDList recorded(PtSymbolBlock op, NDList arguments) {
    asWritten();
    return op.forward(new ParameterStore(arguments.head().getManager(), false), arguments, true);
  }
}
