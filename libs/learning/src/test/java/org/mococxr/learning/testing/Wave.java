package org.mococxr.learning.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/** The pseudo-random tensors that the reference numbers were computed with, given by a formula. */
public final class Wave {
  private Wave() {}

  /** Values in [-1, 1) that depend on the name and the index only. */
  public static float[] of(String name, int n) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    long base = crc.getValue() << 32;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      long z = base + i + 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z ^= z >>> 31;
      values[i] = (float) ((z >>> 11) * 0x1p-52 - 1);
    }
    return values;
  }

  /** The state dict that the reference numbers were computed with. */
  public static StateDict parameters(Network network) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      float[] values = of(spec.name(), Math.toIntExact(spec.elements()));
      switch (spec.kind()) {
        case CONV_WEIGHT, LINEAR_WEIGHT -> {
          long fanIn = spec.shape().stream().skip(1).reduce(1L, Math::multiplyExact);
          scale(values, Math.sqrt(2.0 / fanIn) * 1.7);
        }
        case CONV_BIAS, LINEAR_BIAS -> scale(values, 0.01);
        case NORM_WEIGHT, RUNNING_VAR -> Arrays.fill(values, 1f);
        case NORM_BIAS, RUNNING_MEAN -> Arrays.fill(values, 0f);
      }
      tensors.put(spec.name(), Tensor.ofFloats(values, spec.dimensions()));
    }
    return StateDict.of(tensors);
  }

  /**
   * In float, as PyTorch multiplies a float32 tensor by a number: Adam tells one rounding apart.
   */
  private static void scale(float[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) factor;
    }
  }

  /** An encoder of a named architecture for square views. */
  public static Encoder encoder(String architecture, StateDict parameters, int side) {
    return Encoder.of(
        architecture,
        parameters,
        Normalisation.CHEXPERT,
        Geometry.square(side),
        side,
        Map.of("kind", "formula"),
        "test");
  }

  /** Such an encoder with a head that says the same of every picture. */
  public static Checkpoint checkpoint(
      String architecture, StateDict parameters, int side, List<String> tasks) {
    Encoder encoder = encoder(architecture, parameters, side);
    int d = encoder.network().featureDimension();
    return new Checkpoint(
        encoder, new LinearHead(tasks, new float[tasks.size() * d], new float[tasks.size()]));
  }
}
