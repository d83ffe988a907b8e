package org.mococxr.inference.model;

/**
 * A named output of a network.
 *
 * @param name the output's name
 * @param shape its dimensions, outermost first; the product is the length of {@code values}
 * @param values row-major
 */
public record Tensor(String name, long[] shape, float[] values) {

  /** Checks that shape and values agree. */
  public Tensor {
    if (elements(shape) != values.length) {
      throw new IllegalArgumentException(
          name + " has " + values.length + " values, its shape wants " + elements(shape));
    }
  }

  /** Values in one item of the batch. */
  public int itemLength() {
    return shape[0] == 0 ? 0 : Math.toIntExact(values.length / shape[0]);
  }

  private static long elements(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }
}
