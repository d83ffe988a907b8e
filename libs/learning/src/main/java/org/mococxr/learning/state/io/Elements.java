package org.mococxr.learning.state.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;

/**
 * The type of a file's numbers, and the type that they are read into: of unsigned ones the next
 * wider signed one, for nothing computes with them.
 *
 * @param bytes of a number in the file
 */
record Elements(TensorType read, int bytes, boolean unsigned) {

  static Elements of(TensorType type) {
    return new Elements(type, type.bytes(), false);
  }

  /** Unsigned ones by PyTorch's, NumPy's or safetensors' name. */
  static Optional<Elements> unsigned(String name) {
    return switch (name) {
      case "torch.uint16", "u2", "U16" -> Optional.of(new Elements(TensorType.I32, 2, true));
      case "torch.uint32", "u4", "U32" -> Optional.of(new Elements(TensorType.I64, 4, true));
      case "torch.uint64", "u8", "U64" -> Optional.of(new Elements(TensorType.I64, 8, true));
      default -> Optional.empty();
    };
  }

  /**
   * A tensor of numbers of a file.
   *
   * @param data little-endian, row-major
   * @throws ArithmeticException if a number does not fit
   */
  Tensor tensor(long[] shape, byte[] data) {
    if (!unsigned) {
      return new Tensor(read, shape, data);
    }
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int n = data.length / bytes;
    ByteBuffer out = ByteBuffer.allocate(n * read.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      switch (bytes) {
        case 2 -> out.putInt(in.getShort() & 0xFFFF);
        case 4 -> out.putLong(in.getInt() & 0xFFFFFFFFL);
        default -> {
          long value = in.getLong();
          if (value < 0) {
            throw new ArithmeticException("above 2^63");
          }
          out.putLong(value);
        }
      }
    }
    return new Tensor(read, shape, out.array());
  }
}
