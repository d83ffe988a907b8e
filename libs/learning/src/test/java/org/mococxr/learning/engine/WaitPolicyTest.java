package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class WaitPolicyTest {
  private static final DoubleSupplier UNASKED =
      () -> {
        throw new AssertionError("looking takes a tenth of a second, and decides nothing here");
      };

  @Test
  void threadsSpinOnlyOnCoresThatNobodyElseUses() {
    assertEquals(WaitPolicy.SPIN, WaitPolicy.choose(0, 2, 2, () -> 0.02).policy());
    assertEquals(WaitPolicy.SPIN, WaitPolicy.choose(2, 2, 2, () -> 0.02).policy());
    assertEquals(WaitPolicy.SLEEP, WaitPolicy.choose(0, 2, 2, () -> 0.5).policy());
    assertEquals(WaitPolicy.SLEEP, WaitPolicy.choose(0, 16, 16, () -> 0.5).policy());
  }

  @Test
  void aContainersShareOfTheCoresIsNotItsOwn() {
    assertEquals(WaitPolicy.SLEEP, WaitPolicy.choose(0, 16, 4, UNASKED).policy());
  }

  @Test
  void oneThreadWaitsForNone() {
    assertEquals(WaitPolicy.SLEEP, WaitPolicy.choose(1, 16, 16, UNASKED).policy());
    assertEquals(WaitPolicy.SLEEP, WaitPolicy.choose(0, 1, 1, UNASKED).policy());
  }

  @Test
  void whatCannotBeMeasuredCountsAsBusy() {
    assertEquals(
        WaitPolicy.SLEEP, WaitPolicy.choose(0, 2, 2, () -> Double.POSITIVE_INFINITY).policy());
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
