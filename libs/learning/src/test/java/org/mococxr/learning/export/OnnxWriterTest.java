package org.mococxr.learning.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.calibration.Isotonic;
import org.mococxr.evaluation.calibration.Platt;
import org.mococxr.evaluation.calibration.Temperature;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.outliers.Subspace;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.FeatureExtractor;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.testing.PlainInterpreter;
import org.mococxr.learning.testing.Wave;

class OnnxWriterTest {
  private static final int SIZE = 40;

  private static List<GreyImage> images(int count) {
    return IntStream.range(0, count).mapToObj(OnnxWriterTest::image).toList();
  }

  private static GreyImage image(int index) {
    return image(index, SIZE);
  }

  private static GreyImage image(int index, int size) {
    RandomStream random = RandomStream.of(3, "picture", index);
    byte[] pixels = new byte[size * size];
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = (byte) random.nextInt(256);
    }
    return new GreyImage(size, size, pixels);
  }

  /**
   * What torchvision's networks do not have: oblong kernels, biases, gates, padded means, shifted
   * maps.
   */
  @Test
  void everyKindOfNodeIsThatOfThePlainArithmeticInBothEngines() {
    Network network =
        new Network(
            "small",
            List.of(
                new Node.Input("image", 3),
                new Node.Conv("tall", "image", 3, 6, 5, 1, 2, 2, 0, 1, true),
                new Node.Silu("silu", "tall"),
                new Node.MaxPool("ceil", "silu", 3, 2, 0, true),
                new Node.Conv("wide", "ceil", 6, 6, 1, 3, 1, 0, 1, 2, true),
                new Node.Pad("cut", "wide", -1, 1),
                new Node.Pad("padded", "cut", 2, 0),
                new Node.AvgPool("beyond", "padded", 3, 2, 0, true),
                new Node.AvgPool("smooth", "beyond", 3, 1, 1),
                new Node.GlobalAvgPool("squeeze", "smooth"),
                new Node.Conv("fc", "squeeze", 6, 6, 1, 1, 1, 0, 0, 1, true),
                new Node.Sigmoid("gate", "fc"),
                new Node.Scale("scaled", "smooth", "gate"),
                new Node.GlobalAvgPool("pool", "scaled"),
                new Node.Flatten("features", "pool")),
            "scaled",
            "features",
            6,
            "head",
            Network.ConvolutionInit.FAN_OUT);
    StateDict parameters = Wave.parameters(network);
    GreyImage image = image(0);
    Normalisation norm = Normalisation.IMAGENET;
    float[] expected = PlainInterpreter.features(network, parameters, norm, image);
    byte[] model = OnnxWriter.encoder(network, parameters, norm, SIZE, SIZE);
    try (OnnxModel onnx = new OnnxModel(model);
        FeatureExtractor torch = new FeatureExtractor(network, parameters, norm, Device.cpu(), 1)) {
      float[] inOnnx = onnx.run(List.of(image)).get(OnnxWriter.FEATURES);
      float[] inTorch = torch.features(1, i -> image, Progress.SILENT);
      for (int j = 0; j < expected.length; j++) {
        assertEquals(expected[j], inOnnx[j], 1e-5, "ONNX Runtime, " + j);
        assertEquals(expected[j], inTorch[j], 1e-5, "PyTorch, " + j);
      }
    }
    long side = network.shapes(1, SIZE, SIZE).get("ceil")[2];
    // A stride of 2, then windows of 3 at every second place, the last one beyond the edge.
    assertEquals((SIZE / 2 - 3 + 1) / 2 + 1, side);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "densenet121", "mnasnet1_0", "efficientnet_b0"})
  void featuresEqualThoseOfThePlainArithmeticWithNormalisedPlanes(String architecture) {
    Network network = Architectures.named(architecture);
    StateDict parameters = Wave.parameters(network);
    List<GreyImage> images = images(1);
    for (Normalisation norm : List.of(Normalisation.IMAGENET, Normalisation.CHEXPERT)) {
      byte[] model = OnnxWriter.encoder(network, parameters, norm, SIZE, SIZE);
      try (OnnxModel onnx = new OnnxModel(model)) {
        float[] actual = onnx.run(images).get(OnnxWriter.FEATURES);
        for (int i = 0; i < images.size(); i++) {
          float[] expected = PlainInterpreter.features(network, parameters, norm, images.get(i));
          double scale = 0;
          for (float e : expected) {
            scale = Math.max(scale, Math.abs(e));
          }
          for (int j = 0; j < expected.length; j++) {
            assertEquals(expected[j], actual[i * expected.length + j], 1e-4 * scale);
          }
        }
      }
    }
  }

  private static Encoder encoder(Network network, StateDict parameters) {
    return Wave.encoder(network.architecture(), parameters, SIZE);
  }

  /** PyTorch's features of these are held to pretrainedmodels' in {@code TorchExecutorTest}. */
  @ParameterizedTest
  @Tag("slow")
  @CsvSource({"nasnetalarge, 64", "inceptionv4, 96", "se_resnext101_32x4d, 64"})
  void featuresEqualThoseOfPyTorch(String architecture, int size) {
    Network network = Architectures.named(architecture);
    // Waves in squeezes and excitations make these multiply float32's rounding.
    StateDict parameters =
        architecture.startsWith("se_")
            ? Initialisation.random(network, 1)
            : Wave.parameters(network);
    Normalisation norm = Normalisation.CHEXPERT;
    GreyImage image = image(0, size);
    float[] expected;
    try (FeatureExtractor torch =
        new FeatureExtractor(network, parameters, norm, Device.cpu(), 1)) {
      expected = torch.features(1, i -> image, Progress.SILENT);
    }
    double scale = 0;
    for (float e : expected) {
      scale = Math.max(scale, Math.abs(e));
    }
    try (OnnxModel onnx =
        new OnnxModel(OnnxWriter.encoder(network, parameters, norm, size, size))) {
      float[] actual = onnx.run(List.of(image)).get(OnnxWriter.FEATURES);
      assertEquals(expected.length, actual.length);
      for (int j = 0; j < expected.length; j++) {
        assertEquals(expected[j], actual[j], 1e-4 * scale);
      }
    }
  }

  private static final Isotonic ISOTONIC =
      new Isotonic(List.of(0.1, 0.4, 0.5, 0.9), List.of(0.05, 0.05, 0.3, 0.95));

  static Stream<List<Calibration>> calibrations() {
    return Stream.of(
        List.of(new Platt(2.5, -1.25), new Calibration.None(), new Temperature(1.7)),
        List.of(new Calibration.None(), new Temperature(1.7), new Calibration.None()),
        List.of(ISOTONIC, new Isotonic(List.of(0.2, 0.8), List.of(0.0, 1.0)), new Platt(2, -1)),
        List.of(new Temperature(0.6), new Calibration.None(), ISOTONIC));
  }

  @ParameterizedTest
  @MethodSource("calibrations")
  void logitsProbabilitiesAndHeatmapsFollowFromTheFeatures(List<Calibration> calibrations) {
    Network network = Architectures.named("resnet18");
    StateDict parameters = Wave.parameters(network);
    int d = network.featureDimension();
    List<String> tasks = List.of("Edema", "Nodule", "Mass");
    LinearHead head =
        new LinearHead(tasks, scaled(Wave.of("head", 3 * d), 0.01), new float[] {.1f, -.2f, .3f});
    byte[] model =
        OnnxWriter.classifier(
            Classifier.of(new Checkpoint(encoder(network, parameters), head), calibrations),
            Numbers.FLOAT32,
            Optional.empty());
    List<GreyImage> images = images(2);
    try (OnnxModel onnx = new OnnxModel(model)) {
      Map<String, float[]> out = onnx.run(images);
      float[] features = out.get(OnnxWriter.FEATURES);
      float[] heat = out.get(OnnxWriter.HEATMAPS);
      int places = heat.length / 6;
      for (int i = 0; i < 2; i++) {
        for (int t = 0; t < 3; t++) {
          float logit = out.get(OnnxWriter.LOGITS)[3 * i + t];
          assertEquals(head.logit(t, features, i * d), logit, 1e-4 * (1 + Math.abs(logit)));
          assertEquals(
              calibrations.get(t).apply(Calibration.sigmoid(logit)),
              out.get(OnnxWriter.PROBABILITIES)[3 * i + t],
              1e-5);
          double mean = 0;
          for (int p = 0; p < places; p++) {
            mean += heat[(3 * i + t) * places + p] / (double) places;
          }
          assertEquals(logit, mean + head.bias()[t], 1e-3 * (1 + Math.abs(logit)));
        }
      }
    }
  }

  private static float[] scaled(float[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) factor;
    }
    return values;
  }

  @Test
  void theDistanceIsThatOfTheFeatures() {
    Network network = Architectures.named("resnet18");
    int d = network.featureDimension();
    LinearHead head = new LinearHead(List.of("Mass"), Wave.of("head", d), new float[1]);
    RandomStream random = RandomStream.of(2, "features");
    List<double[]> rows =
        Stream.generate(() -> DoubleStream.generate(random::nextDouble).limit(d).toArray())
            .limit(80)
            .toList();
    Subspace validation = Subspace.fit(rows, 5);
    byte[] model =
        OnnxWriter.classifier(
            Classifier.of(
                new Checkpoint(encoder(network, Wave.parameters(network)), head),
                List.of(new Calibration.None())),
            Numbers.FLOAT32,
            Optional.of(validation));
    try (OnnxModel onnx = new OnnxModel(model)) {
      Map<String, float[]> out = onnx.run(images(2));
      for (int i = 0; i < 2; i++) {
        double[] features = new double[d];
        for (int j = 0; j < d; j++) {
          features[j] = out.get(OnnxWriter.FEATURES)[i * d + j];
        }
        double expected = validation.distance(features);
        assertEquals(expected, out.get(OnnxWriter.DISTANCE)[i], 1e-4 * expected);
      }
    }
  }
}
