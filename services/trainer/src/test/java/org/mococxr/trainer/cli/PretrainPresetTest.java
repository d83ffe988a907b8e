package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;

class PretrainPresetTest {

  @Test
  void aPresetIsNamedAsThePapersRuns() {
    Map<String, Object> options = PretrainPreset.parse("r8w1n416").options();
    assertEquals("resnet18", options.get("architecture"));
    assertEquals(1e-4, options.get("learningRate"));
    assertEquals(16, options.get("batch"));
    assertEquals(20, options.get("epochs"));
    assertEquals(0.2, options.get("temperature"));
    assertEquals(35, PretrainPreset.parse("d1w1n216").options().get("epochs"));
  }

  @Test
  void w1StartsFromGivenWeights() {
    assertTrue(PretrainPreset.needsWeights("r8w1n416"));
    assertFalse(PretrainPreset.needsWeights("r8w0n416"));
  }

  @Test
  void anUnknownPresetIsTheUsersError() {
    assertThrows(UserErrorException.class, () -> PretrainPreset.parse("r9w1n416"));
  }
}
