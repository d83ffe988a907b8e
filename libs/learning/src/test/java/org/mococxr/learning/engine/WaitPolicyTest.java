package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WaitPolicyTest {
  @Test
  void threadsSpinOnlyOnCoresThatNobodyElseUses() {
    assertEquals(WaitPolicy.SPIN, WaitPolicy.of(0.02, 2, 2));
    assertEquals(WaitPolicy.SLEEP, WaitPolicy.of(0.5, 2, 2));
    assertEquals(WaitPolicy.SLEEP, WaitPolicy.of(0.5, 16, 16));
  }

  @Test
  void aContainersShareOfTheCoresIsNotItsOwn() {
    assertEquals(WaitPolicy.SLEEP, WaitPolicy.of(0, 16, 4));
  }

  @Test
  void whatCannotBeMeasuredCountsAsBusy() {
    assertEquals(WaitPolicy.SLEEP, WaitPolicy.of(Double.POSITIVE_INFINITY, 2, 2));
  }

  @Test
  void startingPyTorchChooses() {
    Torch.threads();
    assertTrue(
        List.of("spin", "sleep", "as the environment says", "OpenMP's own").stream()
            .anyMatch(WaitPolicy.description()::startsWith),
        WaitPolicy.description());
  }
}
