package org.mococxr.learning.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The numbers that convolutions compute with; parameters and gradients are float32 in either. */
public enum Precision {
  /** Exact. */
  FLOAT32,
  /** bfloat16 from the image to the pooled features, float32 in the head and the loss. */
  BFLOAT16;

  /** Compiled when first needed. */
  private static final class Casts {
    // 15 and 6 are PyTorch's numbers of bfloat16 and float32.
    static final PtSymbolBlock TO_BFLOAT16 =
        TorchScript.compile("x: Tensor) -> Tensor", "return torch.to(x, 15)");
    static final PtSymbolBlock TO_FLOAT32 =
        TorchScript.compile("x: Tensor) -> Tensor", "return torch.to(x, 6)");
  }

  /**
   * Whether a device has instructions for it: every GPU that PyTorch still takes, and processors
   * with AMX or AVX512-BF16 or Arm's. Without them it is emulated, a hundred times slower.
   */
  public boolean hasUnits(Device device) {
    return this == FLOAT32 || device.isGpu() || cpuKnowsBfloat16();
  }

  private static boolean cpuKnowsBfloat16() {
    try {
      String flags = Files.readString(Path.of("/proc/cpuinfo"));
      return flags.contains("avx512_bf16") || flags.contains("amx_bf16") || flags.contains("bf16 ");
    } catch (IOException notLinux) {
      return false;
    }
  }

  /** An array as convolutions take it. */
  NDArray lowered(NDArray x) {
    return this == FLOAT32 ? x : cast(Casts.TO_BFLOAT16, x);
  }

  /** An array as everything else takes it. */
  NDArray raised(NDArray x) {
    return this == FLOAT32 || x.getDataType() == DataType.FLOAT32 ? x : cast(Casts.TO_FLOAT32, x);
  }

  private static NDArray cast(PtSymbolBlock op, NDArray x) {
    NDArray result = TorchScript.recorded(op, x);
    result.attach(x.getManager());
    return result;
  }
}
