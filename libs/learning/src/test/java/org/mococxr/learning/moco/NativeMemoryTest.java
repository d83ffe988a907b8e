package org.mococxr.learning.moco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.testing.FloatImages;
import org.mococxr.learning.testing.Wave;

class NativeMemoryTest {
  private static final Network NETWORK =
      Architectures.named("resnet18_w16").withHead(new HeadSpec.Projection(16, true));

  @BeforeAll
  static void useOneThread() {
    Torch.setThreads(1);
  }

  private static Moco moco(StepObserver observer, int replicas) {
    return new Moco(
        NETWORK,
        new MocoOptions(16, 32, 0.999, 0.2, true, true, true),
        new OptimizerSpec.Lars(0.9, 1e-4, 0.001),
        Moco.start(Initialisation.random(NETWORK, 2)),
        Collections.nCopies(replicas, Device.cpu()),
        Compute.FLOAT32,
        4,
        observer);
  }

  private static ImageBatch view(String name) {
    return new FloatImages(Wave.of(name, 4 * 32 * 32), 4, 1, 32, 32);
  }

  /** Arrays that nobody's manager but the engine's own keeps. */
  private static int unowned() {
    try (NDManager root = Torch.newManager(Device.cpu())) {
      return root.getParentManager().getManagedArrays().size();
    }
  }

  @Test
  void stepsLeaveNoArraysBehind() {
    try (Moco moco = moco(StepObserver.NONE, 2)) {
      moco.step(view("q"), view("k"), 0.1, 0);
      int arrays = moco.nativeArrays();
      int all = unowned();
      for (int step = 1; step < 8; step++) {
        moco.step(view("q" + step), view("k" + step), 0.1, step);
        assertEquals(arrays, moco.nativeArrays());
        assertEquals(all, unowned());
      }
    }
  }

  @Test
  void closingReleasesEveryArray() {
    int before = unowned();
    List<NDArray> seen = new ArrayList<>();
    StepObserver observer =
        new StepObserver() {
          @Override
          public void forward(NDArray logits) {
            seen.add(logits);
          }
        };
    Moco moco = moco(observer, 1);
    moco.step(view("q"), view("k"), 0.1, 0);
    seen.add(moco.query().get("conv1.weight"));
    seen.add(moco.key().get("conv1.weight"));
    moco.close();
    assertTrue(seen.stream().allMatch(NDArray::isReleased));
    assertEquals(before, unowned());
  }
}
