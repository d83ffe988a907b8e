package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.learning.engine.TorchExecutor.Mode;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.testing.Fixtures;
import org.mococxr.learning.testing.Wave;
import org.mococxr.specs.training.Layout;

class TorchExecutorTest {
  @BeforeAll
  static void useOneThread() {
    Torch.setThreads(1);
  }

  static List<JsonNode> references() {
    List<JsonNode> rows = new ArrayList<>();
    Fixtures.json("architectures.json").forEach(rows::add);
    Fixtures.json("architectures_float64.json").get("architectures").forEach(rows::add);
    Fixtures.json("architectures_other.json").get("architectures").forEach(rows::add);
    return rows;
  }

  @ParameterizedTest
  @MethodSource("references")
  void evaluatesAsTorchvisionDoes(JsonNode reference) {
    Network network =
        Architectures.named(reference.get("arch").asText())
            .withHead(new HeadSpec.Projection(128, true));
    int size = reference.path("size").asInt(64);
    if (reference.has("node")) {
      intermediate(network, reference, size);
      return;
    }
    float[] out = evaluate(network, Layout.CHANNELS_FIRST, size);
    for (int row = 0; row < 2; row++) {
      double[] expected = Fixtures.doubles(reference.get("eval_embedding").get(row));
      double largest = 0;
      for (int i = 0; i < 128; i++) {
        largest = Math.max(largest, Math.abs(out[row * 128 + i]));
      }
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], out[row * 128 + i], 1e-3 * largest);
      }
    }
  }

  /** Of a feature map within the network: six channels, one row and column from the corner. */
  private static void intermediate(Network network, JsonNode reference, int size) {
    String node = reference.get("node").asText();
    try (NDManager root = Torch.newManager(Device.cpu());
        GradientMode off = GradientMode.off();
        Parameters p =
            Parameters.load(root, network, Wave.parameters(network), Layout.CHANNELS_FIRST);
        NDManager step = root.newSubManager()) {
      p.lend(step);
      NDArray x = step.create(Wave.of("eval", 2 * 3 * size * size), new Shape(2, 3, size, size));
      NDArray map = new TorchExecutor(network).forward(p, x, Mode.EVALUATE, Set.of(node)).get(node);
      long[] shape = map.getShape().getShape();
      float[] all = map.toFloatArray();
      for (int row = 0; row < 2; row++) {
        double[] expected = Fixtures.doubles(reference.get("values").get(row));
        for (int c = 0; c < expected.length; c++) {
          long at = ((row * shape[1] + c) * shape[2] + 1) * shape[3] + 1;
          double tolerance = 1e-3 * Math.max(1, Math.abs(expected[c]));
          assertEquals(expected[c], all[Math.toIntExact(at)], tolerance);
        }
      }
    }
  }

  private static float[] evaluate(Network network, Layout layout) {
    return evaluate(network, layout, 64);
  }

  private static float[] evaluate(Network network, Layout layout, int size) {
    try (NDManager root = Torch.newManager(Device.cpu());
        GradientMode off = GradientMode.off();
        Parameters p = Parameters.load(root, network, Wave.parameters(network), layout);
        NDManager step = root.newSubManager()) {
      p.lend(step);
      NDArray x = step.create(Wave.of("eval", 2 * 3 * size * size), new Shape(2, 3, size, size));
      return new TorchExecutor(network)
          .forward(p, Layouts.of(layout, x), Mode.EVALUATE)
          .toFloatArray();
    }
  }

  @Test
  void layoutsAgree() {
    Network network = Architectures.named("resnet18").withHead(new HeadSpec.Classifier(3, 0.5));
    assertArrayEquals(
        evaluate(network, Layout.CHANNELS_FIRST), evaluate(network, Layout.CHANNELS_LAST), 1e-3f);
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void stateDictsSurviveTheEngineBitByBit(Layout layout) {
    Network network = Architectures.named("mnasnet1_0").withHead(new HeadSpec.Classifier(2, 0));
    var state = Initialisation.random(network, 1);
    try (NDManager root = Torch.newManager(Device.cpu());
        Parameters p = Parameters.load(root, network, state, layout)) {
      assertEquals(state, p.toStateDict());
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void onePlaneStandsForThreeEqualPlanesInValuesAndGradients(Layout layout) {
    Network network = Architectures.named("resnet18").withHead(new HeadSpec.Projection(8, false));
    float[] plane = Wave.of("grey", 2 * 32 * 32);
    float[] planes = new float[2 * 3 * 32 * 32];
    for (int n = 0; n < 2; n++) {
      for (int c = 0; c < 3; c++) {
        System.arraycopy(plane, n * 1024, planes, (n * 3 + c) * 1024, 1024);
      }
    }
    float[][] grey = gradient(network, plane, 1, layout);
    float[][] full = gradient(network, planes, 3, Layout.CHANNELS_FIRST);
    assertArrayEquals(full[0], grey[0], 1e-4f);
    assertArrayEquals(full[1], grey[1], 1e-3f);
  }

  private static float[][] gradient(Network network, float[] images, int planes, Layout layout) {
    try (NDManager root = Torch.newManager(Device.cpu());
        GradientMode off = GradientMode.off();
        Parameters p = Parameters.load(root, network, Initialisation.random(network, 5), layout)) {
      p.train(n -> true);
      try (NDManager step = root.newSubManager();
          GradientMode on = GradientMode.recording()) {
        p.lend(step);
        NDArray x = Layouts.of(layout, step.create(images, new Shape(2, planes, 32, 32)));
        NDArray y = new TorchExecutor(network).forward(p, x, Mode.EVALUATE);
        GradientMode.backward(y.square().sum());
        return new float[][] {y.toFloatArray(), p.gradient("conv1.weight").toFloatArray()};
      }
    }
  }

  /** A result that is asked for must not be overwritten by the node that reads it. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet18_w16", "densenet121"})
  void whoAsksForEveryResultGetsTheSameBits(String architecture) {
    Network network = Architectures.named(architecture).withHead(new HeadSpec.Projection(8, true));
    Set<String> all = network.nodes().stream().map(Node::id).collect(Collectors.toSet());
    Map<String, float[]> few = passes(network, Set.of());
    Map<String, float[]> every = passes(network, all);
    few.forEach((name, values) -> assertArrayEquals(values, every.get(name), name));
    for (Node node : network.nodes()) {
      if (node instanceof Node.BatchNorm) {
        assertTrue(least(every.get(node.id())) < 0, node.id() + " has its ReLU's values");
      }
    }
  }

  /** Kept results, the output, and gradients of all parameters, in training mode. */
  private static Map<String, float[]> passes(Network network, Set<String> kept) {
    try (NDManager root = Torch.newManager(Device.cpu());
        GradientMode off = GradientMode.off();
        Parameters p =
            Parameters.load(
                root, network, Initialisation.random(network, 5), Layout.CHANNELS_LAST)) {
      p.train(n -> true);
      try (NDManager step = root.newSubManager();
          GradientMode on = GradientMode.recording()) {
        p.lend(step);
        NDArray x = step.create(Wave.of("x", 2 * 64 * 64), new Shape(2, 1, 64, 64));
        Map<String, NDArray> results =
            new TorchExecutor(network)
                .forward(p, Layouts.of(Layout.CHANNELS_LAST, x), Mode.TRAIN, kept);
        GradientMode.backward(results.get(network.output()).square().sum());
        Map<String, float[]> values = new HashMap<>();
        results.forEach((id, array) -> values.put(id, array.toFloatArray()));
        p.trained().forEach(n -> values.put("d " + n, p.gradient(n).toFloatArray()));
        return values;
      }
    }
  }

  private static double least(float[] values) {
    double least = 0;
    for (float value : values) {
      least = Math.min(least, value);
    }
    return least;
  }

  @Test
  void zeroedGradientsAddUpAnew() {
    Network network = Architectures.named("resnet18").withHead(new HeadSpec.Projection(8, false));
    try (NDManager root = Torch.newManager(Device.cpu());
        GradientMode off = GradientMode.off();
        Parameters p =
            Parameters.load(
                root, network, Initialisation.random(network, 5), Layout.CHANNELS_FIRST)) {
      p.train(network::isHead);
      assertEquals(List.of("fc.weight", "fc.bias"), p.trained());
      float[] first = null;
      for (int i = 0; i < 2; i++) {
        try (NDManager step = root.newSubManager();
            GradientMode on = GradientMode.recording()) {
          p.lend(step);
          p.zeroGradients();
          NDArray x = step.create(Wave.of("x", 3 * 32 * 32), new Shape(1, 3, 32, 32));
          GradientMode.backward(
              new TorchExecutor(network).forward(p, x, Mode.EVALUATE).square().sum());
          float[] g = p.gradient("fc.bias").toFloatArray();
          if (first != null) {
            assertArrayEquals(first, g);
          }
          first = g;
        }
      }
    }
  }

  @Test
  void bfloat16ComputesNearlyTheSameAndTrainsFloat32Parameters() {
    Network network =
        Architectures.named("resnet18_w16").withHead(new HeadSpec.Projection(8, true));
    float[][] exact = bothPasses(network, Compute.EXACT);
    float[][] lowered = bothPasses(network, Compute.BFLOAT16);
    // bfloat16 has 8 bits: 0.4 % a rounding, and some fifty of them in a row.
    assertTrue(cosine(exact[0], lowered[0]) > 0.999, "output " + cosine(exact[0], lowered[0]));
    assertTrue(cosine(exact[1], lowered[1]) > 0.9, "last " + cosine(exact[1], lowered[1]));
    assertTrue(cosine(exact[2], lowered[2]) > 0.7, "first " + cosine(exact[2], lowered[2]));
  }

  private static float[][] bothPasses(Network network, Compute compute) {
    try (NDManager root = Torch.newManager(Device.cpu());
        GradientMode off = GradientMode.off();
        Parameters p =
            Parameters.load(root, network, Initialisation.random(network, 5), compute.layout())) {
      p.train(n -> true);
      try (NDManager step = root.newSubManager();
          GradientMode on = GradientMode.recording()) {
        p.lend(step);
        NDArray x = step.create(Wave.of("x", 8 * 64 * 64), new Shape(8, 1, 64, 64));
        NDArray y =
            new TorchExecutor(network, compute.precision())
                .forward(p, Layouts.of(compute.layout(), x), Mode.TRAIN)
                .normalize(2, 1);
        GradientMode.backward(y.get(":, 0").sum());
        return new float[][] {
          y.toFloatArray(),
          p.gradient("layer4.1.conv2.weight").toFloatArray(),
          p.gradient("conv1.weight").toFloatArray()
        };
      }
    }
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }
}
