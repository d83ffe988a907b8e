package org.mococxr.learning.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mococxr.learning.export.RoundedNetworks.classifier;
import static org.mococxr.learning.export.RoundedNetworks.share;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;

/** Networks in 8 bits, held against the same in float32. */
class EightBitsTest {
  @TempDir Path folder;

  private static GreyImage picture(int side, int index) {
    RandomStream random = RandomStream.of(17, "picture", index);
    int left = random.nextInt(side / 2);
    byte[] pixels = new byte[side * side];
    for (int i = 0; i < pixels.length; i++) {
      boolean bright = i % side > left && i % side < left + side / 2;
      pixels[i] = (byte) ((bright ? 170 : 40) + random.nextInt(40));
    }
    return new GreyImage(side, side, pixels);
  }

  private static List<GreyImage> pictures(int side, int from, int count) {
    return IntStream.range(from, from + count).mapToObj(i -> picture(side, i)).toList();
  }

  private static byte[] rounded(Classifier classifier, int side) {
    List<Map<String, EightBitGraph.Range>> ranges =
        EightBitRanges.find(classifier, pictures(side, 0, 12), Progress.SILENT);
    return OnnxWriter.classifier(classifier, new Numbers.Int8(ranges), Optional.empty());
  }

  /** The share of the features' length that 8 bits change, on pictures not seen before. */
  @ParameterizedTest
  @CsvSource({
    "resnet18_w32, 64, 0.05",
    "densenet121, 64, 0.1",
    "mnasnet1_0, 64, 0.3",
    "efficientnet_b0, 64, 0.3"
  })
  void featuresInEightBitsAreNearlyThoseInFloat32(String architecture, int side, double most) {
    Classifier classifier = classifier(architecture, side);
    List<GreyImage> pictures = pictures(side, 100, 3);
    try (OnnxModel exact =
            new OnnxModel(OnnxWriter.classifier(classifier, Numbers.FLOAT32, Optional.empty()));
        OnnxModel rounded = new OnnxModel(rounded(classifier, side))) {
      float[] expected = exact.run(pictures).get(OnnxWriter.FEATURES);
      float[] found = rounded.run(pictures).get(OnnxWriter.FEATURES);
      double share = share(found, expected);
      assertTrue(share > 0 && share < most, () -> architecture + ": " + share);
    }
  }

  /** Pools that follow joined maps, and oblong kernels. */
  @Test
  @Tag("slow")
  void anInceptionNetworkIsRounded() {
    featuresInEightBitsAreNearlyThoseInFloat32("inceptionv4", 96, 0.1);
  }

  /** What ONNX Runtime makes of the graph: otherwise 8 bits would only cost precision. */
  @ParameterizedTest
  @CsvSource({"resnet18_w16, 20, 0", "densenet121, 120, 0", "efficientnet_b0, 49, 32"})
  void convolutionsAreComputedInWholeNumbers(String architecture, long whole, long real)
      throws IOException, OrtException {
    Map<String, Long> operations = optimised(rounded(classifier(architecture, 64), 64));
    assertEquals(whole, operations.getOrDefault("QLinearConv", 0L), operations.toString());
    // The heat map's convolution follows the last feature map, which is float32.
    assertEquals(
        real + 1,
        operations.getOrDefault("Conv", 0L) + operations.getOrDefault("FusedConv", 0L),
        operations.toString());
  }

  private Map<String, Long> optimised(byte[] onnx) throws IOException, OrtException {
    Path file = folder.resolve("optimised.onnx");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);
      options.setOptimizedModelFilePath(file.toString());
      OrtEnvironment.getEnvironment().createSession(onnx, options).close();
    }
    return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getNodeList().stream()
        .map(node -> node.getOpType())
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  @Test
  void aNetworkWhoseFeaturesAreAllZeroIsRounded() {
    Classifier classifier = classifier("resnet18_w16", 32);
    EightBitGraph.Range none = new EightBitGraph.Range(0, 0);
    assertEquals(1, none.scale());
    assertEquals(0, none.zero());
    List<Map<String, EightBitGraph.Range>> ranges =
        EightBitRanges.find(classifier, pictures(32, 0, 2), Progress.SILENT);
    List<Map<String, EightBitGraph.Range>> zero =
        ranges.stream()
            .map(of -> of.keySet().stream().collect(Collectors.toMap(k -> k, k -> none)))
            .toList();
    byte[] onnx = OnnxWriter.classifier(classifier, new Numbers.Int8(zero), Optional.empty());
    try (OnnxModel model = new OnnxModel(onnx)) {
      for (float p : model.run(pictures(32, 0, 2)).get(OnnxWriter.PROBABILITIES)) {
        assertTrue(Float.isFinite(p));
      }
    }
  }
}
