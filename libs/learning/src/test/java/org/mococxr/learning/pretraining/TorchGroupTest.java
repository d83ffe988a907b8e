package org.mococxr.learning.pretraining;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.mococxr.learning.optim.OptimizerSpec;

class TorchGroupTest {
  /** In torch.optim.SGD it is 0, not 0.0, unless it was given. */
  @Test
  void dampeningIsAWholeNumberWhereThereIsNone() {
    assertEquals(
        (Object) 0,
        TorchGroup.of(new OptimizerSpec.Sgd(0.9, 1e-4), 0.03).orElseThrow().get("dampening"));
    assertEquals(
        (Object) 0.9,
        TorchGroup.of(new OptimizerSpec.Sgd(0.9, 1e-4, 0.9), 0.03).orElseThrow().get("dampening"));
  }
}
