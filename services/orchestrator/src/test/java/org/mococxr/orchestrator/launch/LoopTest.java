package org.mococxr.orchestrator.launch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {
  private static final Duration NEVER = Duration.ofHours(1);

  @Test
  void stepsOfMuchWorkLeaveTheProcessorToOthersHoweverOftenTheyArePoked() throws Exception {
    AtomicInteger steps = new AtomicInteger();
    long begin = System.nanoTime();
    try (Loop loop = new Loop("test", NEVER, () -> busy(steps))) {
      loop.start();
      while (System.nanoTime() - begin < Duration.ofSeconds(1).toNanos()) {
        loop.poke();
        Thread.sleep(1);
      }
    }
    long tenths = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 100;
    // 20 ms of work and 80 ms of rest: ten and the one under way; without rest it would be fifty.
    assertTrue(steps.get() <= tenths + 2, steps + " steps in " + tenths + " tenths of a second");
  }

  @Test
  void whatHappensDuringTheRestIsLookedAtAfterIt() throws Exception {
    CountDownLatch once = new CountDownLatch(1);
    CountDownLatch twice = new CountDownLatch(2);
    Runnable step =
        () -> {
          twice.countDown();
          once.countDown();
        };
    try (Loop loop = new Loop("test", NEVER, step)) {
      loop.start();
      loop.poke();
      assertTrue(once.await(20, TimeUnit.SECONDS));
      loop.poke();
      assertTrue(twice.await(20, TimeUnit.SECONDS));
    }
  }

  private static void busy(AtomicInteger steps) {
    steps.incrementAndGet();
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
