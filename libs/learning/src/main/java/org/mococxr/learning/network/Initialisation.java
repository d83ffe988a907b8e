package org.mococxr.learning.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mococxr.foundation.RandomStream;
import org.mococxr.learning.network.Network.ConvolutionInit;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/**
 * Random parameters as torchvision draws them: convolutions Kaiming-normal, norms 1 and 0, linear
 * layers uniform in ±1/√fan-in. Each tensor has a stream of its own, keyed by its name, so that a
 * network with another head has the same backbone.
 */
public final class Initialisation {
  private Initialisation() {}

  /** Random values for every entry of the network's state dict. */
  public static StateDict random(Network network, long seed) {
    return complete(network, StateDict.of(Map.of()), seed);
  }

  /**
   * The values of {@code known} where it has the name, random ones elsewhere (a new head); entries
   * that the network does not have are left out.
   */
  public static StateDict complete(Network network, StateDict known, long seed) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      tensors.put(
          spec.name(),
          known.contains(spec.name())
              ? known.get(spec.name())
              : Tensor.ofFloats(draw(network, spec, seed), spec.dimensions()));
    }
    return StateDict.of(tensors);
  }

  private static float[] draw(Network network, ParameterSpec spec, long seed) {
    RandomStream random = RandomStream.of(seed, "initialisation", spec.name());
    float[] values = new float[Math.toIntExact(spec.elements())];
    switch (spec.kind()) {
      case CONV_WEIGHT -> {
        long area = spec.shape().get(2) * spec.shape().get(3);
        // PyTorch counts the output fan without regard to groups.
        boolean out = network.convolutionInit() == ConvolutionInit.FAN_OUT;
        double std = Math.sqrt(2.0 / (area * spec.shape().get(out ? 0 : 1)));
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (std * random.nextGaussian());
        }
      }
      case LINEAR_WEIGHT -> uniform(values, spec.shape().get(1), random);
      case LINEAR_BIAS -> uniform(values, fanIn(network, spec), random);
      case NORM_WEIGHT, RUNNING_VAR -> Arrays.fill(values, 1f);
      case CONV_BIAS, NORM_BIAS, RUNNING_MEAN -> {}
    }
    return values;
  }

  private static long fanIn(Network network, ParameterSpec bias) {
    String layer = bias.name().substring(0, bias.name().length() - ".bias".length());
    return ((Node.Linear) network.node(layer)).in();
  }

  private static void uniform(float[] values, long fanIn, RandomStream random) {
    double bound = 1 / Math.sqrt(fanIn);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
  }
}
