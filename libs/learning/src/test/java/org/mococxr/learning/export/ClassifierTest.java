package org.mococxr.learning.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.calibration.Isotonic;
import org.mococxr.evaluation.calibration.Platt;
import org.mococxr.evaluation.calibration.Temperature;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.testing.Wave;
import org.mococxr.specs.training.FineTuningOptions.Aggregation;

/** Several checkpoints as one graph, held against what each says alone. */
class ClassifierTest {
  private static final int SIDE = 32;
  private static final List<String> TASKS = List.of("Edema", "Mass");
  private static final List<GreyImage> PICTURES =
      IntStream.range(0, 3).mapToObj(ClassifierTest::picture).toList();
  private static final Calibration.None PLAIN = new Calibration.None();

  private static GreyImage picture(int index) {
    RandomStream random = RandomStream.of(11, "picture", index);
    byte[] pixels = new byte[SIDE * SIDE];
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = (byte) random.nextInt(256);
    }
    return new GreyImage(SIDE, SIDE, pixels);
  }

  /** A network with weights of its own, whose logits are within a few units of 0. */
  private static Checkpoint checkpoint(String architecture, String seed, HeadForm form) {
    Network network = Architectures.named(architecture);
    Map<String, Tensor> mixed = new LinkedHashMap<>();
    Wave.parameters(network)
        .asMap()
        .forEach(
            (name, tensor) -> {
              float[] values = tensor.toFloats();
              float[] other = Wave.of(seed + name, values.length);
              for (int i = 0; i < values.length; i++) {
                values[i] *= 1 + 0.3f * other[i];
              }
              mixed.put(name, Tensor.ofFloats(values, tensor.shape()));
            });
    int d = network.featureDimension();
    float[] weight = Wave.of(seed + "head", 2 * d);
    for (int i = 0; i < weight.length; i++) {
      weight[i] *= 0.05f;
    }
    Encoder encoder = Wave.encoder(architecture, StateDict.of(mixed), SIDE);
    return new Checkpoint(encoder, new LinearHead(TASKS, form, weight, new float[] {.2f, -.3f}));
  }

  private static Map<String, float[]> run(Classifier classifier) {
    try (OnnxModel onnx =
        new OnnxModel(OnnxWriter.classifier(classifier, Numbers.FLOAT32, Optional.empty()))) {
      return onnx.run(PICTURES);
    }
  }

  private static List<Map<String, float[]>> alone(List<Checkpoint> checkpoints) {
    List<Map<String, float[]>> out = new ArrayList<>();
    checkpoints.forEach(c -> out.add(run(Classifier.of(c, List.of(PLAIN, PLAIN)))));
    return out;
  }

  @ParameterizedTest
  @EnumSource(Aggregation.class)
  void probabilitiesAreJoinedByCheckpointsCalibratedAndJoinedByRuns(Aggregation aggregation) {
    List<Checkpoint> c =
        IntStream.range(0, 4)
            .mapToObj(i -> checkpoint("resnet18_w16", "c" + i, HeadForm.MULTI_LABEL))
            .toList();
    Platt platt = new Platt(3, -1.2);
    Temperature temperature = new Temperature(1.8);
    Isotonic isotonic = new Isotonic(List.of(0.1, 0.5, 0.9), List.of(0.05, 0.3, 0.95));
    Classifier joined =
        new Classifier(
            List.of(
                new Classifier.Group(
                    c.subList(0, 3),
                    new boolean[][] {{true, false}, {true, true}, {false, true}},
                    aggregation,
                    List.of(platt, temperature)),
                Classifier.Group.of(c.get(3), List.of(isotonic, PLAIN))),
            aggregation);
    Map<String, float[]> out = run(joined);
    List<Map<String, float[]>> alone = alone(c);
    double[][] byPyTorch = joined.probabilities(PICTURES);
    int places = alone.getFirst().get(OnnxWriter.HEATMAPS).length / (3 * 2);
    int d = alone.getFirst().get(OnnxWriter.FEATURES).length / 3;
    for (int i = 0; i < 3; i++) {
      int at = 2 * i;
      double first = platt.apply(of(aggregation, p(alone, 0, at), p(alone, 1, at)));
      double second = temperature.apply(of(aggregation, p(alone, 1, at + 1), p(alone, 2, at + 1)));
      double[] expected = {
        of(aggregation, first, isotonic.apply(p(alone, 3, at))),
        of(aggregation, second, p(alone, 3, at + 1))
      };
      for (int t = 0; t < 2; t++) {
        assertEquals(expected[t], out.get(OnnxWriter.PROBABILITIES)[at + t], 1e-5);
        assertEquals(expected[t], byPyTorch[i][t], 1e-4);
        double[] weights = t == 0 ? new double[] {.25, .25, 0, .5} : new double[] {0, .25, .25, .5};
        double logit = 0;
        for (int m = 0; m < 4; m++) {
          logit += weights[m] * alone.get(m).get(OnnxWriter.LOGITS)[at + t];
        }
        assertEquals(logit, out.get(OnnxWriter.LOGITS)[at + t], 1e-4);
        for (int place = 0; place < places; place++) {
          int index = (at + t) * places + place;
          double heat = 0;
          for (int m = 0; m < 4; m++) {
            heat += weights[m] * alone.get(m).get(OnnxWriter.HEATMAPS)[index];
          }
          assertEquals(heat, out.get(OnnxWriter.HEATMAPS)[index], 1e-4);
        }
      }
      for (int m = 0; m < 4; m++) {
        float[] features = new float[d];
        System.arraycopy(out.get(OnnxWriter.FEATURES), (4 * i + m) * d, features, 0, d);
        float[] own = new float[d];
        System.arraycopy(alone.get(m).get(OnnxWriter.FEATURES), i * d, own, 0, d);
        assertArrayEquals(own, features, 1e-4f);
      }
    }
  }

  private static double p(List<Map<String, float[]>> alone, int member, int index) {
    return Calibration.sigmoid(alone.get(member).get(OnnxWriter.LOGITS)[index]);
  }

  private static double of(Aggregation aggregation, double a, double b) {
    return aggregation == Aggregation.MAX ? Math.max(a, b) : (a + b) / 2;
  }

  @Test
  void exclusiveClassesHaveTheScaledMeanOfTheSoftmaxes() {
    List<Checkpoint> c =
        List.of(
            checkpoint("resnet18_w16", "a", HeadForm.MULTI_CLASS),
            checkpoint("resnet18_w16", "b", HeadForm.MULTI_CLASS));
    double temperature = 1.6;
    Calibration shared = new Temperature(temperature);
    Classifier joined =
        new Classifier(
            List.of(
                new Classifier.Group(
                    c,
                    new boolean[][] {{true, true}, {true, true}},
                    Aggregation.MEAN,
                    List.of(shared, shared))),
            Aggregation.MEAN);
    Map<String, float[]> out = run(joined);
    List<Map<String, float[]>> alone = alone(c);
    double[][] byPyTorch = joined.probabilities(PICTURES);
    for (int i = 0; i < 3; i++) {
      double first = 0;
      for (Map<String, float[]> member : alone) {
        float[] logits = member.get(OnnxWriter.LOGITS);
        first += Calibration.sigmoid(logits[2 * i] - logits[2 * i + 1]) / 2;
      }
      double scaled = Calibration.sigmoid(Calibration.logit(first) / temperature);
      assertEquals(scaled, out.get(OnnxWriter.PROBABILITIES)[2 * i], 1e-5);
      assertEquals(1 - scaled, out.get(OnnxWriter.PROBABILITIES)[2 * i + 1], 1e-5);
      assertEquals(scaled, byPyTorch[i][0], 1e-4);
    }
  }

  /** A service refuses a probability above 1, so that rounding must not make one. */
  @Test
  void sureMembersDoNotAddUpToMoreThanOne() {
    Checkpoint plain =
        Wave.checkpoint(
            "resnet18_w16",
            Wave.parameters(Architectures.named("resnet18_w16")),
            SIDE,
            List.of("Mass"));
    LinearHead sure = new LinearHead(List.of("Mass"), plain.head().weight(), new float[] {200});
    Classifier.Group group =
        Classifier.Group.of(new Checkpoint(plain.encoder(), sure), List.of(PLAIN));
    for (int members : new int[] {3, 7}) {
      var groups = IntStream.range(0, members).mapToObj(i -> group).toList();
      for (float p : run(new Classifier(groups, Aggregation.MEAN)).get(OnnxWriter.PROBABILITIES)) {
        assertEquals(1f, p);
      }
    }
  }

  @Test
  void architecturesDifferAndMapsOfDifferentSizesAreLeftOut() {
    Checkpoint small = checkpoint("resnet18_w16", "a", HeadForm.MULTI_LABEL);
    Checkpoint dense = checkpoint("mnasnet1_0", "b", HeadForm.MULTI_LABEL);
    Classifier two =
        new Classifier(
            List.of(
                Classifier.Group.of(small, List.of(PLAIN, PLAIN)),
                Classifier.Group.of(dense, List.of(PLAIN, PLAIN))),
            Aggregation.MEAN);
    assertEquals("resnet18_w16+mnasnet1_0", two.architecture());
    Map<String, float[]> out = run(two);
    List<Map<String, float[]>> alone = alone(List.of(small, dense));
    boolean sameMaps =
        alone.get(0).get(OnnxWriter.HEATMAPS).length
            == alone.get(1).get(OnnxWriter.HEATMAPS).length;
    assertEquals(sameMaps, out.containsKey(OnnxWriter.HEATMAPS));
    assertEquals((p(alone, 0, 0) + p(alone, 1, 0)) / 2, out.get(OnnxWriter.PROBABILITIES)[0], 1e-5);
    assertFalse(two.isAlone());
  }
}
