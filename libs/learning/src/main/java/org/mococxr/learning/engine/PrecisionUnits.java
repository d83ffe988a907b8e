package org.mococxr.learning.engine;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.training.Precision;

/** Which devices compute in which precision. */
public final class PrecisionUnits {
  private PrecisionUnits() {}

  /**
   * Whether a device has instructions for it: every GPU that PyTorch still takes, and processors
   * with AMX or AVX512-BF16 or Arm's. Without them it is emulated, a hundred times slower. TF32 is
   * NVIDIA's alone.
   */
  public static boolean has(Device device, Precision precision) {
    return switch (precision) {
      case FLOAT32 -> true;
      case TF32 -> device.isGpu();
      case BFLOAT16 -> device.isGpu() || cpuKnowsBfloat16();
    };
  }

  private static boolean cpuKnowsBfloat16() {
    try {
      String flags = Files.readString(Path.of("/proc/cpuinfo"));
      return flags.contains("avx512_bf16") || flags.contains("amx_bf16") || flags.contains("bf16 ");
    } catch (IOException notLinux) {
      return false;
    }
  }

  /**
   * The precision itself, on a device that has it.
   *
   * @throws UserErrorException if it has not
   */
  public static Precision require(Device device, Precision precision) {
    if (precision == Precision.TF32 && !has(device, precision)) {
      throw new UserErrorException(
          "option precision", "tf32 is a GPU's, and a processor computes", "float32 or bf16");
    }
    return precision;
  }
}
