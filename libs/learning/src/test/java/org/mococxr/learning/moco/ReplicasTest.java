package org.mococxr.learning.moco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.engine.TorchExecutor.Mode;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.testing.FloatImages;
import org.mococxr.learning.testing.Wave;
import org.mococxr.specs.training.Layout;

/** Two replicas on one CPU against the same computation on the big batch. */
class ReplicasTest {
  private static final int BATCH = 8;
  private static final int SIZE = 64;
  private static final Network NETWORK =
      Architectures.named("resnet18_w16").withHead(new HeadSpec.Projection(16, true));
  private static final StateDict START = Initialisation.random(NETWORK, 2);

  @BeforeAll
  static void useOneThread() {
    Torch.setThreads(1);
  }

  private static Moco moco(int replicas, boolean shuffled) {
    return moco(replicas, shuffled, Compute.EXACT);
  }

  private static Moco moco(int replicas, boolean shuffled, Compute compute) {
    MocoOptions options = new MocoOptions(16, 32, 0.99, 0.2, true, shuffled, false);
    return new Moco(
        NETWORK,
        options,
        new OptimizerSpec.Sgd(0, 0),
        Moco.start(START),
        Collections.nCopies(replicas, Device.cpu()),
        compute,
        4,
        StepObserver.NONE);
  }

  private static ImageBatch view(String name) {
    return new FloatImages(Wave.of(name, BATCH * SIZE * SIZE), BATCH, 1, SIZE, SIZE);
  }

  /** The big batch by hand: halves normalised apart, one loss over all of it, one backward pass. */
  private static StateDict bigBatchStep(double rate, float[] queueRows) {
    try (NDManager root = Torch.newManager(Device.cpu());
        GradientMode off = GradientMode.off();
        Parameters q = Parameters.load(root, NETWORK, START, Layout.CHANNELS_FIRST);
        Parameters k = Parameters.load(root, NETWORK, START, Layout.CHANNELS_FIRST)) {
      q.train(n -> true);
      try (NDManager step = root.newSubManager()) {
        q.lend(step);
        k.lend(step);
        TorchExecutor executor = new TorchExecutor(NETWORK);
        NDList keys = new NDList();
        NDList queries = new NDList();
        for (int half = 0; half < 2; half++) {
          int from = half * BATCH / 2;
          NDArray images = view("k").images(step, Layout.CHANNELS_FIRST, half(from));
          keys.add(executor.forward(k, images, Mode.TRAIN).normalize(2, 1));
        }
        try (GradientMode on = GradientMode.recording()) {
          for (int half = 0; half < 2; half++) {
            int from = half * BATCH / 2;
            NDArray images = view("q").images(step, Layout.CHANNELS_FIRST, half(from));
            queries.add(executor.forward(q, images, Mode.TRAIN).normalize(2, 1));
          }
          NDArray queue = step.create(queueRows, new Shape(32, 16));
          NDList contrast =
              Replica.contrast(NDArrays.concat(queries, 0), NDArrays.concat(keys, 0), queue, 0.2);
          GradientMode.backward(contrast.get(0));
        }
        for (String name : q.trained()) {
          q.get(name).subi(q.gradient(name).mul(rate));
        }
        return q.toStateDict();
      }
    }
  }

  private static int[] half(int from) {
    return IntStream.range(from, from + BATCH / 2).toArray();
  }

  private static float[] rows(MocoState state) {
    float[] columns = state.queue().toFloats();
    float[] rows = new float[columns.length];
    for (int d = 0; d < 16; d++) {
      for (int k = 0; k < 32; k++) {
        rows[k * 16 + d] = columns[d * 32 + k];
      }
    }
    return rows;
  }

  private static double distance(StateDict a, StateDict b) {
    double largest = 0;
    for (var spec : NETWORK.parameters()) {
      if (spec.trained()) {
        float[] x = a.get(spec.name()).toFloats();
        float[] y = b.get(spec.name()).toFloats();
        for (int i = 0; i < x.length; i++) {
          largest = Math.max(largest, Math.abs(x[i] - y[i]));
        }
      }
    }
    return largest;
  }

  @Test
  void twoReplicasWithoutShufflingAreTheBigBatch() {
    try (Moco two = moco(2, false)) {
      float[] queue = rows(two.state());
      two.step(view("q"), view("k"), 0.5, 0);
      StateDict byReplicas = two.state().query();
      StateDict byHand = bigBatchStep(0.5, queue);
      double moved = distance(START, byReplicas);
      double apart = distance(byHand, byReplicas);
      assertTrue(moved > 1e-3, "moved " + moved);
      assertTrue(apart < 1e-4 * moved, "moved " + moved + ", apart " + apart);
    }
  }

  @Test
  void shufflingChangesWhichSamplesAreNormalisedTogetherAndNothingElse() {
    try (Moco plain = moco(2, false);
        Moco shuffled = moco(2, true);
        Moco one = moco(1, true);
        Moco oneUnshuffled = moco(1, false)) {
      for (Moco moco : List.of(plain, shuffled, one, oneUnshuffled)) {
        moco.step(view("q"), view("k"), 0.5, 0);
      }
      // Keys differ through their batch statistics, so the loss and the update do.
      assertNotEquals(plain.state().query(), shuffled.state().query());
      // They come back in the samples' order: each key is nearest to its own unshuffled self.
      float[] a = rows(plain.state());
      float[] b = rows(shuffled.state());
      for (int i = 0; i < BATCH; i++) {
        int nearest = 0;
        double best = -2;
        for (int j = 0; j < BATCH; j++) {
          double dot = 0;
          for (int d = 0; d < 16; d++) {
            dot += a[i * 16 + d] * b[j * 16 + d];
          }
          if (dot > best) {
            best = dot;
            nearest = j;
          }
        }
        assertEquals(i, nearest);
      }
      // With one replica there is nothing to shuffle.
      assertEquals(one.state().query(), oneUnshuffled.state().query());
    }
  }

  @Test
  void replicasStayEqual() {
    try (Moco two = moco(2, true)) {
      two.step(view("q"), view("k"), 0.5, 0);
      two.step(view("k"), view("q"), 0.5, 1);
      assertEquals(2, two.replicaStates().size());
      assertEquals(two.replicaStates().get(0), two.replicaStates().get(1));
    }
  }

  @Test
  void replicasKeepTheirLayoutSoThatFusedUpdatesStayRight() {
    try (Moco rows = moco(2, true);
        Moco channelsLast = moco(2, true, Compute.FLOAT32)) {
      for (int step = 0; step < 3; step++) {
        rows.step(view("q" + step), view("k" + step), 0.05, step);
        channelsLast.step(view("q" + step), view("k" + step), 0.05, step);
      }
      double moved = distance(START, rows.state().query());
      // Rounding, not the twice as much that neighbours in the wrong place would make.
      double apart = distance(rows.state().query(), channelsLast.state().query());
      assertTrue(apart < 0.2 * moved, "moved " + moved + ", apart " + apart);
    }
  }
}
