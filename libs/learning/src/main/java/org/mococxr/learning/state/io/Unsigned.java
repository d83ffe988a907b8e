package org.mococxr.learning.state.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;

/** Element types that are read into the next wider signed type, for nothing computes with them. */
enum Unsigned {
  U16(2, TensorType.I32),
  U32(4, TensorType.I64),
  U64(8, TensorType.I64);

  private final int bytes;
  private final TensorType wider;

  Unsigned(int bytes, TensorType wider) {
    this.bytes = bytes;
    this.wider = wider;
  }

  int bytes() {
    return bytes;
  }

  /** By PyTorch's, NumPy's or safetensors' name. */
  static Optional<Unsigned> named(String name) {
    return switch (name) {
      case "torch.uint16", "u2", "U16" -> Optional.of(U16);
      case "torch.uint32", "u4", "U32" -> Optional.of(U32);
      case "torch.uint64", "u8", "U64" -> Optional.of(U64);
      default -> Optional.empty();
    };
  }

  /**
   * The same numbers in the wider type.
   *
   * @param data little-endian, row-major
   * @throws ArithmeticException if a number does not fit
   */
  Tensor widened(long[] shape, byte[] data) {
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int n = data.length / bytes;
    ByteBuffer out = ByteBuffer.allocate(n * wider.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      switch (this) {
        case U16 -> out.putInt(in.getShort() & 0xFFFF);
        case U32 -> out.putLong(in.getInt() & 0xFFFFFFFFL);
        case U64 -> {
          long value = in.getLong();
          if (value < 0) {
            throw new ArithmeticException("above 2^63");
          }
          out.putLong(value);
        }
      }
    }
    return new Tensor(wider, shape, out.array());
  }
}
