package org.mococxr.learning.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mococxr.learning.export.RoundedNetworks.classifier;
import static org.mococxr.learning.export.RoundedNetworks.share;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.testing.PlainInterpreter;
import org.mococxr.learning.testing.Wave;

/** Networks in float16, held against the same in float32. */
class HalfPrecisionTest {
  /** Half of the distance from 1 to the next number of float16: what rounding changes at most. */
  private static final double UNIT = 0x1p-11;

  private static List<GreyImage> pictures(int side, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            index -> {
              RandomStream random = RandomStream.of(23, "picture", index);
              byte[] pixels = new byte[side * side];
              for (int i = 0; i < pixels.length; i++) {
                boolean bright = i % side > side / 3 && i / side < side / 2 + index;
                pixels[i] = (byte) ((bright ? 170 : 40) + random.nextInt(40));
              }
              return new GreyImage(side, side, pixels);
            })
        .toList();
  }

  private static Map<String, float[]> run(byte[] onnx, List<GreyImage> pictures) {
    try (OnnxModel model = new OnnxModel(onnx)) {
      return model.run(pictures);
    }
  }

  /**
   * The weights and the result of each of L operations change by at most a unit's share, so that L
   * of them that change independently of each other add up to √(2L) units.
   */
  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "densenet121", "mnasnet1_0", "efficientnet_b0"})
  void everyFamilyAnswersNearlyAsInFloat32AndTakesHalfTheFile(String architecture) {
    assertNear(classifier(architecture, 64), 64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"inceptionv4", "nasnetalarge", "se_resnext101_32x4d"})
  @Tag("slow")
  void soDoTheLargeFamilies(String architecture) {
    Network network = Architectures.named(architecture);
    assertNear(classifier(architecture, damped(network), 96), 96);
  }

  /**
   * Waves in squeezes and excitations multiply roundings, and without the statistics of pictures
   * the maps of NASNet grow from cell to cell beyond float16.
   */
  private static StateDict damped(Network network) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(Initialisation.random(network, 5).asMap());
    for (ParameterSpec spec : network.parameters()) {
      if (spec.kind() == ParameterSpec.Kind.NORM_WEIGHT && tensors.containsKey(spec.name())) {
        float[] half = new float[Math.toIntExact(spec.elements())];
        Arrays.fill(half, 0.5f);
        tensors.put(spec.name(), Tensor.ofFloats(half, spec.dimensions()));
      }
    }
    return StateDict.of(tensors);
  }

  private static void assertNear(Classifier classifier, int side) {
    String architecture = classifier.architecture();
    List<GreyImage> pictures = pictures(side, 2);
    byte[] exact = OnnxWriter.classifier(classifier, Numbers.FLOAT32, Optional.empty());
    byte[] half = OnnxWriter.classifier(classifier, Numbers.FLOAT16, Optional.empty());
    byte[] emulated =
        OnnxWriter.classifier(classifier, Numbers.FLOAT16.onProcessors(), Optional.empty());
    // The graph's text and the head are the same in both.
    assertTrue(half.length < 0.53 * exact.length, () -> half.length + " of " + exact.length);
    long operations =
        Architectures.named(architecture).nodes().stream()
            .filter(
                n -> n instanceof Node.Conv || n instanceof Node.Add || n instanceof Node.BatchNorm)
            .count();
    double most = UNIT * Math.sqrt(2.0 * operations);
    Map<String, float[]> expected = run(exact, pictures);
    for (byte[] network : List.of(half, emulated)) {
      Map<String, float[]> found = run(network, pictures);
      assertEquals(expected.keySet(), found.keySet());
      double share = share(found.get(OnnxWriter.FEATURES), expected.get(OnnxWriter.FEATURES));
      assertTrue(share > 0 && share < most, () -> architecture + ": " + share + " of " + most);
    }
  }

  /** One convolution with a batch norm, a pooled mean: its bound is a sum over its products. */
  @Test
  void aConvolutionIsWithinTheBoundOfItsRoundings() {
    Network network =
        new Network(
            "small",
            List.of(
                new Node.Input("image", 3),
                new Node.Conv("conv", "image", 3, 6, 3, 1, 1, 1),
                new Node.BatchNorm("norm", "conv", 6, 1e-5, 0.1),
                new Node.Relu("relu", "norm"),
                new Node.GlobalAvgPool("pool", "relu"),
                new Node.Flatten("features", "pool")),
            "relu",
            "features",
            6,
            "head",
            Network.ConvolutionInit.FAN_OUT);
    StateDict parameters = scaled(Wave.parameters(network));
    GreyImage image = pictures(24, 1).getFirst();
    Normalisation norm = Normalisation.CHEXPERT;
    float[] expected = PlainInterpreter.features(network, parameters, norm, image);
    // The sum of the magnitudes of all products, which no rounding of a factor changes by more.
    float[] weight = parameters.get("conv.weight").toFloats();
    double largest = Math.max((1 - norm.mean()[0]) / norm.std()[0], norm.mean()[0] / norm.std()[0]);
    double factor = 2 / Math.sqrt(9 + 1e-5);
    for (boolean emulated : new boolean[] {false, true}) {
      Numbers numbers = emulated ? Numbers.FLOAT16.onProcessors() : Numbers.FLOAT16;
      float[] found = features(network, parameters, norm, image, numbers);
      for (int c = 0; c < expected.length; c++) {
        double magnitudes = 0.5;
        for (int i = 0; i < 27; i++) {
          // The grey level's part and the mean's part are rounded each on its own.
          magnitudes += Math.abs(weight[27 * c + i]) * 2 * largest * factor;
        }
        assertEquals(expected[c], found[c], 2 * UNIT * magnitudes, "channel " + c);
      }
    }
  }

  /** Of gain 2, variance 9 and shift 0.5. */
  private static StateDict scaled(StateDict parameters) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(parameters.asMap());
    float[] gain = {2, 2, 2, 2, 2, 2};
    float[] variance = {9, 9, 9, 9, 9, 9};
    float[] shift = {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f};
    tensors.put("norm.weight", Tensor.ofFloats(gain, 6));
    tensors.put("norm.running_var", Tensor.ofFloats(variance, 6));
    tensors.put("norm.bias", Tensor.ofFloats(shift, 6));
    return StateDict.of(tensors);
  }

  private static float[] features(
      Network network, StateDict parameters, Normalisation norm, GreyImage image, Numbers numbers) {
    OnnxGraph graph = new OnnxGraph("small");
    graph.imageInput(OnnxWriter.IMAGE, image.height(), image.width());
    NetworkGraph added =
        NetworkGraph.add(graph, network, parameters, norm, numbers.arithmetic(graph, network, 0));
    graph.node("Identity", OnnxWriter.FEATURES, List.of(added.result(network.features())));
    graph.output(OnnxWriter.FEATURES, -1, network.featureDimension());
    return run(graph.build(Map.of()), List.of(image)).get(OnnxWriter.FEATURES);
  }

  /** Batch norms that follow no convolution, and the head, included. */
  @Test
  void onlyWhatFollowsTheLastFeatureMapIsFloat32() throws InvalidProtocolBufferException {
    byte[] half =
        OnnxWriter.classifier(classifier("densenet121", 64), Numbers.FLOAT16, Optional.empty());
    ModelProto model = ModelProto.parseFrom(half);
    model
        .getGraph()
        .getInitializerList()
        .forEach(
            constant ->
                assertEquals(
                    constant.getName().startsWith("head.") || isOfCalibration(constant.getName())
                        ? DataType.FLOAT_VALUE
                        : DataType.FLOAT16_VALUE,
                    constant.getDataType(),
                    constant.getName()));
    assertEquals(
        DataType.UINT8_VALUE, model.getGraph().getInput(0).getType().getTensorType().getElemType());
    model
        .getGraph()
        .getOutputList()
        .forEach(
            output ->
                assertEquals(DataType.FLOAT_VALUE, output.getType().getTensorType().getElemType()));
  }

  private static boolean isOfCalibration(String constant) {
    return constant.equals("n/inverse");
  }

  /** White is 1 after normalisation; 300 · 300 is beyond float16's largest number, 65,504. */
  @Test
  void whatExceedsFloat16IsSeenOnAProcessor() {
    Network network =
        new Network(
            "large",
            List.of(
                new Node.Input("image", 3),
                new Node.Conv("first", "image", 3, 1, 1, 1, 0, 1),
                new Node.Conv("second", "first", 1, 1, 1, 1, 0, 1),
                new Node.GlobalAvgPool("pool", "second"),
                new Node.Flatten("features", "pool")),
            "second",
            "features",
            1,
            "head",
            Network.ConvolutionInit.FAN_OUT);
    byte[] white = new byte[16];
    Arrays.fill(white, (byte) 255);
    Normalisation none = new Normalisation(new float[] {0, 0, 0}, new float[] {1, 1, 1});
    for (float factor : new float[] {200, 300}) {
      StateDict parameters =
          StateDict.of(
              Map.of(
                  "first.weight", Tensor.ofFloats(new float[] {factor, 0, 0}, 1, 3, 1, 1),
                  "second.weight", Tensor.ofFloats(new float[] {factor}, 1, 1, 1, 1)));
      float found =
          features(
              network,
              parameters,
              none,
              new GreyImage(4, 4, white),
              Numbers.FLOAT16.onProcessors())[0];
      // The stem's weight and three results are rounded.
      assertEquals(
          factor == 200 ? 40_000 : Float.POSITIVE_INFINITY, found, 40_000 * 4 * UNIT, "" + factor);
    }
  }
}
