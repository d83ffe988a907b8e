package org.mococxr.learning.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.outliers.OutlierStatistics;
import org.mococxr.imaging.outliers.Subspace;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.testing.Wave;

/** On pictures with a dark field in their upper left, with a network that has learnt nothing. */
class OutliersTest {
  private static final int SIDE = 32;

  private static GreyImage picture(long seed) {
    RandomStream random = RandomStream.of(seed, "drawn");
    int edge = SIDE / 2 + random.nextInt(3);
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      boolean dark = i % SIDE < edge && i / SIDE < edge;
      pixels[i] = (byte) ((dark ? 50 : 170) + random.nextInt(30));
    }
    return new GreyImage(SIDE, SIDE, pixels);
  }

  private static List<GreyImage> pictures(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(OutliersTest::picture).toList();
  }

  private static byte[] onnx(Optional<Subspace> validation) {
    return onnx(Wave.parameters(Architectures.named("resnet18_w16")), validation);
  }

  private static byte[] onnx(StateDict parameters, Optional<Subspace> validation) {
    Checkpoint checkpoint = Wave.checkpoint("resnet18_w16", parameters, SIDE, List.of("Mass"));
    return OnnxWriter.classifier(
        Classifier.of(checkpoint, List.of(new Calibration.None())), Numbers.FLOAT32, validation);
  }

  @Test
  void changedPicturesAreWarnedOfAndOthersOfTheSetAreNot() {
    byte[] plain = onnx(Optional.empty());
    Outliers outliers = Outliers.fit(plain, pictures(0, 100), Progress.SILENT).orElseThrow();
    OutlierStatistics statistics =
        outliers.statistics(onnx(Optional.of(outliers.features())), pictures(1000, 40));
    assertEquals(100, statistics.images());
    assertEquals(0, statistics.turned());
    assertTrue(statistics.warned().get("none") <= 0.1, statistics.warned().toString());
    for (String kind :
        List.of("inverted", "rotated 90", "rotated 180", "rotated 270", "rotated 45", "part")) {
      assertEquals(1, statistics.warned().get(kind), kind);
    }
  }

  /** A network whose features are all 0, whatever it sees. */
  @Test
  void aCollapsedNetworkIsExported() {
    Network network = Architectures.named("resnet18_w16");
    Map<String, Tensor> zero = new LinkedHashMap<>();
    Wave.parameters(network)
        .asMap()
        .forEach((name, tensor) -> zero.put(name, zeros(tensor.shape())));
    byte[] onnx = onnx(StateDict.of(zero), Optional.empty());
    Outliers outliers = Outliers.fit(onnx, pictures(0, 60), Progress.SILENT).orElseThrow();
    byte[] withDistance = onnx(Optional.of(outliers.features()));
    assertEquals(60, outliers.statistics(withDistance, pictures(1000, 5)).images());
  }

  private static Tensor zeros(long... shape) {
    long size = LongStream.of(shape).reduce(1, (a, b) -> a * b);
    return Tensor.ofFloats(new float[(int) size], shape);
  }

  @Test
  void tooFewPicturesGiveNoThresholds() {
    assertEquals(
        Optional.empty(), Outliers.fit(onnx(Optional.empty()), pictures(0, 49), Progress.SILENT));
  }
}
