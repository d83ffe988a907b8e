package org.mococxr.learning.network;

import java.util.List;
import org.mococxr.learning.network.ParameterSpec.Kind;

/**
 * One operation of a network. Nodes stand in the order in which they are computed; {@link
 * #inputs()} name earlier nodes. The parameters of a node are named {@code <id>.weight}, {@code
 * <id>.bias}, …, so that an id is torchvision's module name wherever the node has parameters.
 *
 * <p>Images and feature maps are {@code [N, C, H, W]}, vectors {@code [N, C]}.
 */
public sealed interface Node {

  /** Unique in its network. */
  String id();

  /** Ids of the nodes it reads, in order. */
  List<String> inputs();

  /** Its entries of the state dict, in torchvision's order. */
  default List<ParameterSpec> parameters() {
    return List.of();
  }

  /** One that reads one other. */
  sealed interface OfOne extends Node {

    /** Id of the node that it reads. */
    String input();

    @Override
    default List<String> inputs() {
      return List.of(input());
    }
  }

  /** One with a weight and perhaps a bias. */
  sealed interface Weighted extends OfOne {

    /** Name of the weight. */
    default String weight() {
      return id() + ".weight";
    }

    /** Name of the bias. */
    default String bias() {
      return id() + ".bias";
    }
  }

  /** The image, {@code [N, channels, H, W]}; channels of equal planes may be given as one plane. */
  record Input(String id, int channels) implements Node {
    @Override
    public List<String> inputs() {
      return List.of();
    }
  }

  /**
   * Convolution with zero padding; weight {@code [out, in / groups, kernel, kernelWidth]}, bias
   * {@code [out]} where it has one.
   *
   * @param kernel height of the kernel
   * @param padding above and below
   * @param paddingWidth left and right
   */
  record Conv(
      String id,
      String input,
      int in,
      int out,
      int kernel,
      int kernelWidth,
      int stride,
      int padding,
      int paddingWidth,
      int groups,
      boolean biased)
      implements Weighted {
    /** With a square kernel, without a bias. */
    public Conv(
        String id, String input, int in, int out, int kernel, int stride, int padding, int groups) {
      this(id, input, in, out, kernel, kernel, stride, padding, padding, groups, false);
    }

    @Override
    public List<ParameterSpec> parameters() {
      ParameterSpec weight =
          ParameterSpec.of(weight(), Kind.CONV_WEIGHT, out, in / groups, kernel, kernelWidth);
      return biased
          ? List.of(weight, ParameterSpec.of(bias(), Kind.CONV_BIAS, out))
          : List.of(weight);
    }

    /** The same convolution of another node's result. */
    public Conv of(String other) {
      return new Conv(
          id, other, in, out, kernel, kernelWidth, stride, padding, paddingWidth, groups, biased);
    }
  }

  /**
   * Batch normalisation with weight, bias and running statistics, each {@code [channels]}. {@code
   * momentum} is PyTorch's: the share of the new batch in the running statistics.
   */
  record BatchNorm(String id, String input, int channels, double epsilon, double momentum)
      implements Weighted {
    public String runningMean() {
      return id + ".running_mean";
    }

    public String runningVar() {
      return id + ".running_var";
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.of(weight(), Kind.NORM_WEIGHT, channels),
          ParameterSpec.of(bias(), Kind.NORM_BIAS, channels),
          ParameterSpec.of(runningMean(), Kind.RUNNING_MEAN, channels),
          ParameterSpec.of(runningVar(), Kind.RUNNING_VAR, channels));
    }
  }

  /** max(0, x). */
  record Relu(String id, String input) implements OfOne {}

  /** 1 / (1 + exp(−x)). */
  record Sigmoid(String id, String input) implements OfOne {}

  /** x / (1 + exp(−x)). */
  record Silu(String id, String input) implements OfOne {}

  /** {@code [N, C, H, W]} times a factor for each channel, {@code [N, C, 1, 1]}. */
  record Scale(String id, String input, String factors) implements Node {
    @Override
    public List<String> inputs() {
      return List.of(input, factors);
    }
  }

  /**
   * Maximum over square windows; padding counts as minus infinity.
   *
   * @param ceil a last window may reach beyond the map; else it is left out
   */
  record MaxPool(String id, String input, int kernel, int stride, int padding, boolean ceil)
      implements OfOne {
    /** In floor mode. */
    public MaxPool(String id, String input, int kernel, int stride, int padding) {
      this(id, input, kernel, stride, padding, false);
    }
  }

  /**
   * Mean over square windows, of what lies in the map alone.
   *
   * @param ceil a last window may reach beyond the map; else it is left out
   */
  record AvgPool(String id, String input, int kernel, int stride, int padding, boolean ceil)
      implements OfOne {
    /** In floor mode. */
    public AvgPool(String id, String input, int kernel, int stride, int padding) {
      this(id, input, kernel, stride, padding, false);
    }

    /** Without padding. */
    public AvgPool(String id, String input, int kernel, int stride) {
      this(id, input, kernel, stride, 0);
    }
  }

  /**
   * Zeros around a map, or less of it: {@code [N, C, H, W]} to {@code [N, C, H + before + after, W
   * + before + after]}.
   *
   * @param before rows above and columns to the left that are added; negative ones are cut off
   * @param after the same below and to the right
   */
  record Pad(String id, String input, int before, int after) implements OfOne {}

  /** Mean over all pixels: {@code [N, C, H, W]} to {@code [N, C, 1, 1]}. */
  record GlobalAvgPool(String id, String input) implements OfOne {}

  /** {@code [N, C, 1, 1]} to {@code [N, C]}. */
  record Flatten(String id, String input) implements OfOne {}

  /** Sum of two arrays of one shape. */
  record Add(String id, String left, String right) implements Node {
    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }
  }

  /** Joins along the channels. */
  record Concat(String id, List<String> inputs) implements Node {
    public Concat {
      inputs = List.copyOf(inputs);
    }
  }

  /** Fully connected layer; weight {@code [out, in]}, bias {@code [out]}. */
  record Linear(String id, String input, int in, int out) implements Weighted {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.of(weight(), Kind.LINEAR_WEIGHT, out, in),
          ParameterSpec.of(bias(), Kind.LINEAR_BIAS, out));
    }
  }

  /** Zeroes each value with the given probability in training; nothing in evaluation. */
  record Dropout(String id, String input, double probability) implements OfOne {}
}
