package org.mococxr.inference.model;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * When work that nobody waits for goes on. A wait that should not be would be longer than a test.
 */
@Timeout(60)
class PrecedenceTest {
  private static final Duration EVER = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(20);

  private static Duration piece(Precedence precedence) throws InterruptedException {
    long begin = System.nanoTime();
    precedence.behind(
        () -> {
          Thread.sleep(SHORT);
          return "done";
        });
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void withoutRequestsWorkNeverWaits() throws InterruptedException {
    Precedence precedence = new Precedence(1e-9, SHORT, EVER);
    for (int i = 0; i < 20; i++) {
      piece(precedence);
    }
    precedence.request().close();
    Thread.sleep(SHORT.multipliedBy(2));
    piece(precedence);
  }

  @Test
  void workBeginsWhenTheLastRequestHasEnded() throws Exception {
    Precedence precedence = new Precedence(1, SHORT, EVER);
    FutureTask<String> work = new FutureTask<>(() -> precedence.behind(() -> "done"));
    Precedence.Request second;
    try (Precedence.Request first = precedence.request()) {
      second = precedence.request();
      Thread thread = Thread.ofPlatform().daemon().start(work);
      await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    }
    assertFalse(work.isDone());
    second.close();
    assertEquals("done", work.get(30, TimeUnit.SECONDS));
  }

  @Test
  void besideRequestsWorkHasNoMoreThanItsShare() throws InterruptedException {
    Precedence precedence = new Precedence(0.2, EVER, EVER);
    precedence.request().close();
    for (int i = 0; i < 5; i++) {
      Duration whole = piece(precedence);
      assertTrue(whole.compareTo(SHORT.multipliedBy(5)) >= 0, whole.toString());
    }
  }

  @Test
  void aRestEndsWhenRequestsDoNotComeAnyMore() throws InterruptedException {
    Precedence precedence = new Precedence(1e-9, Duration.ofMillis(200), EVER);
    precedence.request().close();
    piece(precedence);
  }

  @Test
  void workGoesOnBesideRequestsThatNeverEnd() throws InterruptedException {
    Precedence precedence = new Precedence(0.2, EVER, SHORT);
    try (Precedence.Request request = precedence.request()) {
      for (int i = 0; i < 5; i++) {
        assertTrue(piece(precedence).compareTo(SHORT.multipliedBy(2)) >= 0);
      }
    }
  }
}
