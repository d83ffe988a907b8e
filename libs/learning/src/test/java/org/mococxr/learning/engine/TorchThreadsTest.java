package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Threads of one run after another in one process. */
class TorchThreadsTest {
  @Test
  void aRunHasTheThreadsThatItAsksForAndNotThoseOfTheRunBefore() {
    Torch.prepare(0);
    int usual = Torch.threads();
    Torch.prepare(usual + 1);
    assertEquals(usual + 1, Torch.threads());
    Torch.prepare(0);
    assertEquals(usual, Torch.threads());
  }
}
