package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a device is told around recorded work; what it does then only a GPU shows. */
class CudaGraphTest {
  private final List<String> told = new ArrayList<>();

  private final CudaGraph.Bounds device =
      new CudaGraph.Bounds() {
        @Override
        public void begin() {
          told.add("begin");
        }

        @Override
        public void end() {
          told.add("end");
        }

        @Override
        public void abandon() {
          told.add("abandon");
        }
      };

  @Test
  void workIsRecordedBetweenBeginAndEnd() {
    CudaGraph.record(device, () -> told.add("work"));
    assertEquals(List.of("begin", "work", "end"), told);
  }

  @Test
  void aRecordingInWhichAnOperationIsRefusedIsAbandoned() {
    EngineException refused =
        new EngineException("operation not permitted when stream is capturing");
    assertSame(
        refused,
        assertThrows(
            EngineException.class,
            () ->
                CudaGraph.record(
                    device,
                    () -> {
                      throw refused;
                    })));
    assertEquals(List.of("begin", "abandon"), told);
  }
}
