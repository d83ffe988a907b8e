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
  void ratesHaveAMantissaAndAnExponent() {
    // The generator's names: r8o5n424 is --lr 0.0005 --batch-size 24 without --from-imagenet.
    Map<String, Object> options = PretrainPreset.parse("r8o5n424").options();
    assertEquals(5e-4, options.get("learningRate"));
    assertEquals(24, options.get("batch"));
    assertEquals(20, options.get("epochs"));
    assertEquals(5e-4, PretrainPreset.parse("r8w5n416").options().get("learningRate"));
    assertEquals(16, PretrainPreset.parse("r8w5n416").options().get("batch"));
    assertEquals(35, PretrainPreset.parse("r8o5n224").options().get("epochs"));
    assertEquals(5e-2, PretrainPreset.parse("r8o5n224").options().get("learningRate"));
  }

  @Test
  void wStartsFromGivenWeightsAndODoesNot() {
    assertTrue(PretrainPreset.needsWeights("r8w1n416"));
    assertTrue(PretrainPreset.needsWeights("r8w5n416"));
    assertFalse(PretrainPreset.needsWeights("r8o5n424"));
    assertEquals("r8o1n416", PretrainPreset.withoutWeights("r8w1n416"));
  }

  @Test
  void theEarlierSpellingOfNoWeightsIsRead() {
    assertFalse(PretrainPreset.needsWeights("r8w0n416"));
    assertEquals(
        PretrainPreset.parse("r8o1n416").options(), PretrainPreset.parse("r8w0n416").options());
  }

  @Test
  void anUnknownPresetIsTheUsersError() {
    assertThrows(UserErrorException.class, () -> PretrainPreset.parse("r9w1n416"));
    assertThrows(UserErrorException.class, () -> PretrainPreset.parse("r8o0n416"));
    assertThrows(UserErrorException.class, () -> PretrainPreset.parse("r8w1n40"));
  }
}
