package org.mococxr.learning.engine;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;

/**
 * Bytes outside the Java heap that threads fill and a device copies from. For a GPU they are
 * page-locked, so that the copy needs nobody to wait for it.
 */
final class HostBuffer implements AutoCloseable {
  private final NDManager manager = Torch.newManager(Device.cpu());
  private final NDArray array;
  private final ByteBuffer bytes;

  /**
   * Allocates.
   *
   * @param locked whether to lock the pages; where the system refuses, they stay pageable, and
   *     copies are slower
   */
  HostBuffer(int length, boolean locked) {
    NDArray plain = TorchScript.call(manager, Ops.EMPTY, IValue.from((long) length));
    array = locked ? locked(plain) : plain;
    bytes = Torch.pt(array).toByteBuffer(true);
  }

  private static NDArray locked(NDArray plain) {
    try {
      NDArray locked = TorchScript.call(Ops.LOCK, plain);
      plain.close();
      return locked;
    } catch (EngineException refused) {
      return plain;
    }
  }

  int length() {
    return bytes.capacity();
  }

  /** The bytes, for absolute puts by any number of threads into places of their own. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** The same bytes as uint8 {@code [length]} on the CPU. */
  NDArray array() {
    return array;
  }

  @Override
  public void close() {
    manager.close();
  }

  /** Compiled when first needed. */
  private static final class Ops {
    // 0 is PyTorch's number of uint8.
    static final PtSymbolBlock EMPTY =
        TorchScript.compile("n: int) -> Tensor", "return torch.empty([n], dtype=0)");
    static final PtSymbolBlock LOCK =
        TorchScript.compile("x: Tensor) -> Tensor", "return torch.pin_memory(x)");
  }
}
