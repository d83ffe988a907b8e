package org.mococxr.learning.state;

/** Element types of a stored tensor, by the name that safetensors gives them. */
public enum TensorType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** True for whole numbers and truth values, which are finite. */
  public boolean isWhole() {
    return switch (this) {
      case F64, F32, F16, BF16 -> false;
      case I64, I32, I16, I8, U8, BOOL -> true;
    };
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }
}
