package org.mococxr.learning.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.mococxr.foundation.UserErrorException;

/**
 * A dense tensor in host memory: row-major (C order), little-endian. Treated as a value: nobody
 * writes into {@link #data()} after construction.
 *
 * @param type the element type
 * @param shape the dimensions, outermost first; empty for a scalar
 * @param data exactly {@code elements * type.bytes()} bytes
 */
public record Tensor(TensorType type, long[] shape, byte[] data) {

  public Tensor {
    long expected = elements(shape) * type.bytes();
    if (data.length != expected) {
      throw new IllegalArgumentException(
          "%s%s needs %d bytes, got %d"
              .formatted(type, Arrays.toString(shape), expected, data.length));
    }
  }

  /** A float32 tensor; the array is copied. */
  public static Tensor ofFloats(float[] values, long... shape) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return new Tensor(TensorType.F32, shape.clone(), buffer.array());
  }

  /** An int64 tensor; the array is copied. */
  public static Tensor ofLongs(long[] values, long... shape) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asLongBuffer().put(values);
    return new Tensor(TensorType.I64, shape.clone(), buffer.array());
  }

  /** Number of elements of a shape; 1 for a scalar. */
  public static long elements(long[] shape) {
    long n = 1;
    for (long d : shape) {
      n = Math.multiplyExact(n, d);
    }
    return n;
  }

  /** Number of elements. */
  public long elements() {
    return elements(shape);
  }

  /** The values of a tensor of any type as float32 (rounded where the type is wider). */
  public float[] toFloats() {
    int n = Math.toIntExact(elements());
    float[] out = new float[n];
    ByteBuffer b = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case F32 -> b.asFloatBuffer().get(out);
      case F64 -> fill(out, i -> (float) b.getDouble(i * 8));
      case F16 -> fill(out, i -> Float.float16ToFloat(b.getShort(i * 2)));
      case BF16 -> fill(out, i -> Float.intBitsToFloat(b.getShort(i * 2) << 16));
      case I64 -> fill(out, i -> b.getLong(i * 8));
      case I32 -> fill(out, i -> b.getInt(i * 4));
      case I16 -> fill(out, i -> b.getShort(i * 2));
      case I8 -> fill(out, i -> b.get(i));
      case U8, BOOL -> fill(out, i -> b.get(i) & 0xFF);
    }
    return out;
  }

  /**
   * Checks that every value is a number: training that diverged leaves NaN and infinities.
   *
   * @param name of the tensor, and {@code where} it comes from, for the message
   * @throws UserErrorException if one is not
   */
  public void requireNumbers(String name, String where) {
    if (type.isWhole()) {
      return;
    }
    float[] values = toFloats();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new UserErrorException(
            where,
            "tensor %s holds %s at place %d of %d".formatted(name, values[i], i, values.length),
            "weights that are numbers: the training that wrote these has diverged");
      }
    }
  }

  private interface Element {
    float at(int index);
  }

  private static void fill(float[] out, Element element) {
    for (int i = 0; i < out.length; i++) {
      out[i] = element.at(i);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor t
        && t.type == type
        && Arrays.equals(t.shape, shape)
        && Arrays.equals(t.data, data);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
