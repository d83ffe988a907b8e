package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;

class DeviceMemoryTest {
  @Test
  void memoryThatDoesNotSufficeIsSaidWithWhatToLower() {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      UserErrorException e =
          assertThrows(
              UserErrorException.class,
              () ->
                  DeviceMemory.explained(
                      4096, 320, () -> manager.zeros(new Shape(1L << 24, 1L << 24))));
      assertEquals("option batch", e.location());
      assertTrue(e.problem().contains("4096 images of 320 px"), e.getMessage());
      assertTrue(e.problem().contains("you tried to allocate"), e.getMessage());
      assertTrue(e.remedy().contains("lower the batch"), e.getMessage());
    }
  }

  @Test
  void aGpusWordsAreKnown() {
    String words =
        "CUDA out of memory. Tried to allocate 1.53 GiB. GPU 0 has a total capacity of 79.11 GiB";
    EngineException error = new EngineException("The following operation failed\n" + words + "\n");
    assertEquals(words, DeviceMemory.usedUp(error).orElseThrow());
  }

  @Test
  void anotherErrorStaysWhatItIs() {
    EngineException other = new EngineException("size mismatch");
    assertEquals(
        other,
        assertThrows(
            EngineException.class,
            () ->
                DeviceMemory.explained(
                    1,
                    1,
                    () -> {
                      throw other;
                    })));
  }
}
