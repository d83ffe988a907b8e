package org.mococxr.bench.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.RandomStream;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.Layouts;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.moco.StepObserver;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Network.ConvolutionInit;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.specs.training.Layout;

/** What the benchmark compares the step with computes the same numbers. */
class PlainStepTest {
  private static final int BATCH = 4;
  private static final int SIZE = 32;
  private static final MocoOptions OPTIONS = new MocoOptions(8, 12, 0.9, 0.2, true, true, false);
  private static final OptimizerSpec.Adam ADAM = OptimizerSpec.Adam.of(1e-3);

  @BeforeAll
  static void useOneThread() {
    Torch.setThreads(1);
  }

  /** A node of every kind that draws no random numbers. */
  private static Network everything() {
    return new Network(
        "everything",
        List.of(
            new Node.Input("image", 3),
            new Node.Conv("a", "image", 3, 4, 3, 2, 1, 1),
            new Node.BatchNorm("b", "a", 4, 1e-5, 0.1),
            new Node.Relu("c", "b"),
            new Node.MaxPool("d", "c", 3, 2, 1),
            new Node.Conv("e", "d", 4, 4, 3, 1, 1, 2),
            new Node.BatchNorm("f", "e", 4, 1e-3, 0.2),
            new Node.Add("g", "f", "d"),
            new Node.Add("h", "d", "g"),
            new Node.Concat("i", List.of("g", "h", "d")),
            new Node.AvgPool("j", "i", 2, 2),
            new Node.BatchNorm("k", "j", 12, 1e-5, 0.1),
            new Node.GlobalAvgPool("l", "k"),
            new Node.Flatten("m", "l")),
        "k",
        "m",
        12,
        "fc",
        ConvolutionInit.FAN_OUT);
  }

  /** Images of any values. */
  private record Floats(float[] values, int planes) implements ImageBatch {
    @Override
    public int n() {
      return BATCH;
    }

    @Override
    public NDArray images(NDManager step, Layout layout, int[] rows) {
      return imagesOf(source(step), step, layout);
    }

    @Override
    public NDArray source(NDManager step) {
      return step.create(values, new Shape(BATCH, planes, SIZE, SIZE));
    }

    @Override
    public NDArray imagesOf(NDArray source, NDManager step, Layout layout) {
      return Layouts.of(layout, source);
    }
  }

  private static ImageBatch view(String name, int planes) {
    RandomStream random = RandomStream.of(1, name);
    float[] values = new float[BATCH * planes * SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return new Floats(values, planes);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aNetworkOfEveryNodeTakesTheStepsOfMoco(int planes) {
    compare(everything(), planes, Layout.CHANNELS_FIRST);
    compare(everything(), planes, Layout.CHANNELS_LAST);
  }

  @Test
  @Tag("slow")
  void aResNetTakesTheStepsOfMoco() {
    compare(Architectures.named("resnet18_w16"), 1, Layout.CHANNELS_LAST);
  }

  private static void compare(Network backbone, int planes, Layout layout) {
    Network network = backbone.withHead(new HeadSpec.Projection(8, true));
    Compute compute = new Compute(Compute.FLOAT32.precision(), layout);
    try (Moco moco =
            new Moco(
                network,
                OPTIONS,
                ADAM,
                Moco.start(Initialisation.random(network, 3)),
                List.of(Device.cpu()),
                compute,
                1,
                StepObserver.NONE);
        PlainStep plain = new PlainStep(network, planes, OPTIONS, ADAM, moco.state(), layout)) {
      // Four steps fill the queue and begin anew.
      for (int step = 0; step < 4; step++) {
        ImageBatch queries = view("q" + step, planes);
        ImageBatch keys = view("k" + step, planes);
        double loss = moco.step(queries, keys, 1e-3, step).loss();
        assertEquals(loss, plain.step(queries, keys, 1e-3), 1e-5 * loss);
        for (String name : moco.query().trained()) {
          // Read at once: the gradients of the step that has just been taken.
          assertArrayEquals(
              gradient(moco.query(), name), gradient(plain.query(), name), 1e-5f, name);
        }
      }
      equal(moco.query(), plain.query());
      equal(moco.key(), plain.key());
    }
  }

  private static float[] gradient(Parameters parameters, String name) {
    return parameters.gradient(name).toFloatArray();
  }

  private static void equal(Parameters expected, Parameters found) {
    var all = expected.toStateDict();
    for (String name : all.names()) {
      assertArrayEquals(
          all.get(name).toFloats(), found.toStateDict().get(name).toFloats(), 1e-5f, name);
    }
  }

  @Test
  void closingItReleasesEveryArray() {
    int before = unowned();
    compare(everything(), 1, Layout.CHANNELS_LAST);
    assertEquals(before, unowned());
  }

  /** Arrays that nobody's manager but the engine's own keeps. */
  private static int unowned() {
    try (NDManager root = Torch.newManager(Device.cpu())) {
      return root.getParentManager().getManagedArrays().size();
    }
  }
}
