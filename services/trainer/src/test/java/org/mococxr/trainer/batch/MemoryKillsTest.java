package org.mococxr.trainer.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MemoryKillsTest {
  /** As Documentation/admin-guide/cgroup-v2.rst of the kernel has them. */
  @Test
  void killsAreCountedAndNotTheTimesThatMemoryWasShort() {
    assertEquals(
        3, MemoryKills.count("low 0\nhigh 7\nmax 12\noom 5\noom_kill 3\noom_group_kill 1\n"));
    assertEquals(0, MemoryKills.count("low 0\nhigh 0\nmax 0\noom 0\n"));
  }

  /** Of two runs at once the first is ended for the memory, the second by a person, later. */
  @Test
  void whomAPersonEndsIsNotTakenForTheOneWhoseMemoryWasUsedUp() {
    long[] kernel = {4};
    MemoryKills kills = new MemoryKills(() -> kernel[0]);
    long first = kills.count();
    long second = kills.count();
    kernel[0]++;
    assertTrue(kills.take(first));
    assertFalse(kills.take(second));
    // A run that begins later is not told of those before, and may be ended by the next.
    long third = kills.count();
    assertFalse(kills.take(third));
    kernel[0]++;
    assertTrue(kills.take(third));
    assertFalse(kills.take(second));
  }

  @Test
  void twoThatAreEndedForTheMemoryAreBothTold() {
    long[] kernel = {0};
    MemoryKills kills = new MemoryKills(() -> kernel[0]);
    kernel[0] = 2;
    assertTrue(kills.take(0));
    assertTrue(kills.take(0));
    assertFalse(kills.take(0));
  }
}
