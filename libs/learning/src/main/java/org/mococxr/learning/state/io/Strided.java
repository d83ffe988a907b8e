package org.mococxr.learning.state.io;

/** Copies a strided view of a flat array into row-major order. */
final class Strided {
  private Strided() {}

  /**
   * @param data the flat array, {@code width} bytes an element
   * @param offset first element of the view
   * @param shape of the view
   * @param strides in elements, one per dimension
   * @throws IndexOutOfBoundsException if the view reaches outside the array
   */
  static byte[] copy(byte[] data, long offset, long[] shape, long[] strides, int width) {
    long count = 1;
    long contiguous = 1;
    boolean rowMajor = true;
    for (int d = shape.length - 1; d >= 0; d--) {
      rowMajor &= shape[d] <= 1 || strides[d] == contiguous;
      contiguous *= shape[d];
      count = Math.multiplyExact(count, shape[d]);
    }
    byte[] out = new byte[Math.toIntExact(Math.multiplyExact(count, width))];
    if (count == 0) {
      return out;
    }
    if (rowMajor) {
      System.arraycopy(data, Math.toIntExact(offset * width), out, 0, out.length);
      return out;
    }
    long[] index = new long[shape.length];
    long from = offset;
    for (int to = 0; to < out.length; to += width) {
      System.arraycopy(data, Math.toIntExact(from * width), out, to, width);
      for (int d = shape.length - 1; d >= 0; d--) {
        from += strides[d];
        if (++index[d] < shape[d]) {
          break;
        }
        from -= strides[d] * shape[d];
        index[d] = 0;
      }
    }
    return out;
  }
}
