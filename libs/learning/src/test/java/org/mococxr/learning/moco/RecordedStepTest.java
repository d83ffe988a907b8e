package org.mococxr.learning.moco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.CudaGraph;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.Recording;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.testing.FloatImages;
import org.mococxr.learning.testing.Wave;

/**
 * Steps that are recorded once and replayed against steps that are computed one by one. The
 * recorder here does the recorded work again, on the places that were recorded, as a CUDA graph
 * does; only a GPU can do it in one launch.
 */
class RecordedStepTest {
  private static final int STEPS = 8;
  private static final int SIZE = 32;
  private static final Network NETWORK =
      Architectures.named("resnet18_w16").withHead(new HeadSpec.Projection(16, true));
  private static final StateDict START = Initialisation.random(NETWORK, 2);

  /** The same in float32 and float64, so that both ways compute with the same number. */
  private static final double RATE = 1.0 / 1024;

  @BeforeAll
  static void useOneThread() {
    Torch.setThreads(1);
  }

  /** Does the work again, and counts. */
  private static final class Again implements Recording.Recorder {
    private int recorded;
    private int replayed;
    private int closed;

    @Override
    public Recording record(Runnable work) {
      recorded++;
      return new Recording() {
        @Override
        public void replay() {
          replayed++;
          work.run();
        }

        @Override
        public void close() {
          closed++;
        }
      };
    }
  }

  private static Moco moco(OptimizerSpec optimizer, boolean symmetric, int replicas) {
    return new Moco(
        NETWORK,
        new MocoOptions(16, 32, 0.99, 0.2, true, false, symmetric),
        optimizer,
        Moco.start(START),
        Collections.nCopies(replicas, Device.cpu()),
        Compute.FLOAT32,
        4,
        StepObserver.NONE);
  }

  private static ImageBatch view(String name, int n) {
    return new FloatImages(Wave.of(name, n * SIZE * SIZE), n, 1, SIZE, SIZE);
  }

  private static List<StepFigures> steps(Moco moco) {
    List<StepFigures> figures = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      // The rate changes, as schedules have it.
      figures.add(moco.step(view("q" + i, 4), view("k" + i, 4), i < 5 ? RATE : RATE / 2, i));
    }
    return figures;
  }

  private static void assertSame(OptimizerSpec optimizer, boolean symmetric) {
    Again recorder = new Again();
    try (Moco eager = moco(optimizer, symmetric, 1);
        Moco recorded = moco(optimizer, symmetric, 1)) {
      recorded.recordSteps(recorder);
      assertEquals(steps(eager), steps(recorded));
      assertEquals(eager.state().query(), recorded.state().query());
      assertEquals(eager.state().key(), recorded.state().key());
      assertEquals(eager.state().queue(), recorded.state().queue());
      assertEquals(eager.state().pointer(), recorded.state().pointer());
      assertEquals(eager.optimizer().state(), recorded.optimizer().state());
      assertEquals(eager.optimizer().steps(), recorded.optimizer().steps());
    }
    assertEquals(1, recorder.recorded);
    assertEquals(STEPS - 3, recorder.replayed);
    assertEquals(1, recorder.closed);
  }

  @Test
  void recordedStepsHaveTheSameBits() {
    assertSame(OptimizerSpec.Adam.of(1e-4), false);
  }

  @Test
  void symmetricStepsToo() {
    assertSame(OptimizerSpec.Adam.of(0), true);
  }

  @Test
  void momentumAndDampeningToo() {
    assertSame(new OptimizerSpec.Sgd(0.875, 0.0625, 0.5), false);
  }

  @Test
  void aBatchOfAnotherSizeIsComputedByItself() {
    Again recorder = new Again();
    try (Moco moco = moco(OptimizerSpec.Adam.of(0), false, 1)) {
      moco.recordSteps(recorder);
      steps(moco);
      moco.step(view("q", 2), view("k", 2), RATE, STEPS);
      assertEquals(STEPS - 3, recorder.replayed);
      assertEquals(STEPS + 1, moco.optimizer().steps());
    }
  }

  @Test
  void whatReadsFromTheDeviceIsNotRecorded() {
    Again recorder = new Again();
    try (Moco lars = moco(new OptimizerSpec.Lars(0.9, 1e-4, 0.001), false, 1);
        Moco two = moco(OptimizerSpec.Adam.of(0), false, 2)) {
      lars.recordSteps(recorder);
      two.recordSteps(recorder);
      steps(lars);
      steps(two);
    }
    assertEquals(0, recorder.recorded);
  }

  @Test
  void whereTheDeviceRefusesStepsGoOnAsBefore() {
    List<String> said = new ArrayList<>();
    Recording.Recorder refusing =
        new Recording.Recorder() {
          @Override
          public Recording record(Runnable work) {
            throw new EngineException("operation not permitted when stream is capturing");
          }

          @Override
          public void failed(EngineException reason) {
            said.add(reason.getMessage());
          }
        };
    try (Moco eager = moco(OptimizerSpec.Adam.of(0), false, 1);
        Moco refused = moco(OptimizerSpec.Adam.of(0), false, 1)) {
      refused.recordSteps(refusing);
      assertEquals(steps(eager), steps(refused));
    }
    assertEquals(List.of("operation not permitted when stream is capturing"), said);
  }

  @Test
  void recordedStepsLeaveNoArraysBehind() {
    try (Moco moco = moco(OptimizerSpec.Adam.of(0), false, 1)) {
      moco.recordSteps(new Again());
      steps(moco);
      int arrays = moco.nativeArrays();
      steps(moco);
      assertEquals(arrays, moco.nativeArrays());
    }
  }

  @Test
  void theProcessorRecordsNothing() {
    List<String> notes = new ArrayList<>();
    assertEquals(false, CudaGraph.recorder(Device.cpu(), notes::add).isPresent());
    assertEquals(List.of(), notes);
    UserErrorException wrong = assertThrows(UserErrorException.class, () -> CudaGraph.wanted("on"));
    assertEquals("--cuda-graphs", wrong.location());
  }
}
