package org.mococxr.learning.network;

import java.util.Arrays;
import java.util.List;

/**
 * Name, shape and role of a tensor in a network's state dict.
 *
 * @param name torchvision's name
 * @param shape row-major dimensions, outermost first
 * @param kind its role
 */
public record ParameterSpec(String name, List<Long> shape, Kind kind) {

  /** What a tensor is for. */
  public enum Kind {
    CONV_WEIGHT(true),
    CONV_BIAS(true),
    NORM_WEIGHT(true),
    NORM_BIAS(true),
    RUNNING_MEAN(false),
    RUNNING_VAR(false),
    LINEAR_WEIGHT(true),
    LINEAR_BIAS(true);

    private final boolean trained;

    Kind(boolean trained) {
      this.trained = trained;
    }
  }

  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  static ParameterSpec of(String name, Kind kind, long... shape) {
    return new ParameterSpec(name, Arrays.stream(shape).boxed().toList(), kind);
  }

  /** True for what gradients train, false for running statistics. */
  public boolean trained() {
    return kind.trained;
  }

  /** Number of values. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** The shape as an array. */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
