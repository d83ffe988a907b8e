package org.mococxr.trainer.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MemoryKillsTest {
  /** As Documentation/admin-guide/cgroup-v2.rst of the kernel has them. */
  @Test
  void killsAreCountedAndNotTheTimesThatMemoryWasShort() {
    assertEquals(
        3, MemoryKills.count("low 0\nhigh 7\nmax 12\noom 5\noom_kill 3\noom_group_kill 1\n"));
    assertEquals(0, MemoryKills.count("low 0\nhigh 0\nmax 0\noom 0\n"));
  }
}
