package org.mococxr.inference.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queue before a network that doubles the only pixel of an image. */
class BatcherTest {
  private static final Set<String> OUTPUT = Set.of("double");
  private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

  private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());

  /** On which each of them was computed. */
  private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());

  /** Holds computations up until it is opened. */
  private final CountDownLatch gate = new CountDownLatch(1);

  private Batcher batcher;

  @AfterEach
  void close() {
    gate.countDown();
    batcher.close();
  }

  @Test
  void everyCallGetsTheAnswersToItsOwnImagesHoweverTheyAreCutIntoBatches() {
    batcher = batcher(4, 100);
    gate.countDown();
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int count = 1; count <= 9; count++) {
      answers.add(call(10 * count, count, 5));
    }
    for (int count = 1; count <= 9; count++) {
      float[] values = answers.get(count - 1).join().outputs().get("double").values();
      float[] expected = new float[count];
      for (int i = 0; i < count; i++) {
        expected[i] = 2 * (10 * count + i);
      }
      assertArrayEquals(expected, values);
    }
    assertTrue(batches.stream().allMatch(batch -> batch.size() <= 4), batches.toString());
  }

  @Test
  void moreThanTheQueueHoldsIsRefusedAtOnce() {
    batcher = batcher(1, 3);
    occupied();
    List<CompletableFuture<Answer>> waiting = List.of(call(1, 1, 5), call(2, 2, 5));
    awaitWaiting(2);
    assertThrows(BusyException.class, () -> batcher.infer(images(4, 1, 5)));
    gate.countDown();
    waiting.forEach(CompletableFuture::join);
    assertEquals(0, batcher.waiting());
  }

  @Test
  void theMoreUrgentGoesFirstAndEqualsKeepTheirOrder() {
    batcher = batcher(1, 10);
    occupied();
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    int[] priorities = {5, 9, 5, 1};
    for (int i = 0; i < priorities.length; i++) {
      answers.add(call(10 + i, 1, priorities[i]));
      awaitWaiting(i + 1);
    }
    gate.countDown();
    answers.forEach(CompletableFuture::join);
    assertEquals(List.of(List.of(0), List.of(13), List.of(10), List.of(12), List.of(11)), batches);
  }

  @Test
  void whatIsTooLateIsNotComputed() {
    batcher = batcher(1, 10);
    occupied();
    Call late = images(7, 1, 5, Duration.ofMillis(50));
    assertThrows(DeadlineException.class, () -> batcher.infer(late));
    assertEquals(0, batcher.waiting());
    gate.countDown();
    call(8, 1, 5).join();
    assertEquals(List.of(List.of(0), List.of(8)), batches);
  }

  @Test
  void aFailureReachesThoseWhoseImagesWereComputedAndNobodyElse() {
    batcher = batcher(1, 10);
    gate.countDown();
    assertThrows(ArithmeticException.class, () -> batcher.infer(images(255, 1, 5)));
    assertEquals(4, call(2, 1, 5).join().outputs().get("double").values()[0]);
  }

  /** The gate holds the first back, so that the other calls are computed together. */
  @Test
  void aNetworkOfFixedSizesGetsThoseAndCallsGetTheirOwnAnswers() {
    batcher = batcher(6, 100, ComputedSizes.upTo(6));
    occupied();
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int count = 1; count <= 9; count++) {
      answers.add(call(10 * count, count, 5));
    }
    awaitWaiting(9);
    gate.countDown();
    for (int count = 1; count <= 9; count++) {
      float[] values = answers.get(count - 1).join().outputs().get("double").values();
      assertEquals(count, values.length);
      for (int i = 0; i < count; i++) {
        assertEquals(2 * (10 * count + i), values[i]);
      }
    }
    assertTrue(
        batches.stream().allMatch(batch -> List.of(1, 4, 6).contains(batch.size())),
        batches.toString());
  }

  @Test
  void aCallThatFindsNothingElseIsComputedOnItsOwnThread() {
    batcher = batcher(4, 10);
    gate.countDown();
    batcher.infer(images(3, 1, 5));
    batcher.infer(images(3, 9, 5));
    assertEquals(Thread.currentThread(), threads.get(0));
    assertEquals(Thread.currentThread(), threads.get(1));
    assertNotEquals(Thread.currentThread(), threads.getLast()); // what a batch did not hold
  }

  @Test
  void whatWaitsBehindSuchACallIsComputedAfterIt() {
    batcher = batcher(1, 10);
    occupied();
    List<CompletableFuture<Answer>> waiting = List.of(call(1, 1, 5), call(2, 1, 5));
    awaitWaiting(2);
    gate.countDown();
    waiting.forEach(CompletableFuture::join);
    assertEquals(3, batches.size());
    assertEquals(threads.get(1), threads.get(2));
    assertNotEquals(threads.get(0), threads.get(1));
  }

  @Test
  void aCallWithLittleTimeIsNotHeldUpByItsOwnComputation() {
    batcher = batcher(1, 10);
    // Less than what is computed on its own thread, and long enough that the computation begins.
    Call hasty = images(7, 1, 5, Duration.ofMillis(900));
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> assertThrows(DeadlineException.class, () -> batcher.infer(hasty)));
    assertEquals(1, batches.size()); // the gate is still closed
  }

  /** One call is being computed, and will be until the gate opens. */
  private void occupied() {
    call(0, 1, 5);
    Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> batches.size() == 1);
  }

  private void awaitWaiting(int calls) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> batcher.waiting() == calls);
  }

  private CompletableFuture<Answer> call(int first, int count, int priority) {
    return CompletableFuture.supplyAsync(
        () -> batcher.infer(images(first, count, priority)), THREADS);
  }

  private static Call images(int first, int count, int priority) {
    return images(first, count, priority, Duration.ofSeconds(20));
  }

  private static Call images(int first, int count, int priority, Duration patience) {
    ByteBuffer pixels = ByteBuffer.allocate(count);
    for (int i = 0; i < count; i++) {
      pixels.put((byte) (first + i));
    }
    return new Call(pixels.flip(), count, OUTPUT, Deadline.in(patience), priority);
  }

  private Batcher batcher(int batch, int queue) {
    return batcher(batch, queue, ComputedSizes.ANY);
  }

  private Batcher batcher(int batch, int queue, ComputedSizes sizes) {
    return new Batcher(
        "m",
        this::twice,
        new Batcher.Bounds(1, batch, queue, Duration.ZERO),
        sizes,
        1,
        (images, nanos) -> {});
  }

  private Map<String, Tensor> twice(ByteBuffer pixels, int count, Set<String> wanted) {
    List<Integer> images = new ArrayList<>();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      images.add(pixels.get(i) & 0xFF);
      values[i] = 2 * (pixels.get(i) & 0xFF);
    }
    threads.add(Thread.currentThread());
    batches.add(images);
    if (images.contains(255)) {
      throw new ArithmeticException("255");
    }
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Map.of("double", new Tensor("double", new long[] {count, 1}, values));
  }
}
