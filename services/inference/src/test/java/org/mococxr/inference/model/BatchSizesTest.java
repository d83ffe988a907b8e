package org.mococxr.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class BatchSizesTest {
  private static final int MOST = 16;

  @Test
  void whereABatchCostsAsMuchPerImageImagesGoOneByOne() {
    BatchSizes sizes = learned(images -> 20e6 * images);
    assertEquals(1, mostOften(sizes, 16));
  }

  @Test
  void whereABatchIsCheaperAllThatWaitIsTakenTogether() {
    BatchSizes sizes = learned(images -> 10e6 + 2e6 * images);
    assertEquals(16, mostOften(sizes, 40));
    assertEquals(11, mostOften(sizes, 11));
    assertEquals(1, mostOften(sizes, 1));
  }

  @Test
  void theCheapestSizeIsFoundWhereLargerOnesCostMore() {
    BatchSizes sizes = learned(images -> images <= 4 ? 10e6 + 2e6 * images : 20e6 * images);
    assertEquals(4, mostOften(sizes, 16));
  }

  @Test
  void aChangeOfTheCostsIsNoticed() {
    BatchSizes sizes = learned(images -> 20e6 * images);
    learn(sizes, images -> 10e6 + 2e6 * images, 20_000);
    assertEquals(16, mostOften(sizes, 16));
  }

  @Test
  void noMoreIsTakenThanWaitsOrMayBe() {
    BatchSizes sizes = new BatchSizes(5);
    for (int waiting = 1; waiting < 300; waiting++) {
      int chosen = sizes.choose(waiting);
      assertTrue(chosen >= 1 && chosen <= Math.min(waiting, 5), chosen + " of " + waiting);
      sizes.record(chosen, 1000);
    }
  }

  private static BatchSizes learned(IntToDoubleFunction nanos) {
    BatchSizes sizes = new BatchSizes(MOST);
    learn(sizes, nanos, 2000);
    return sizes;
  }

  private static void learn(BatchSizes sizes, IntToDoubleFunction nanos, int calls) {
    for (int call = 0; call < calls; call++) {
      int images = sizes.choose(MOST);
      sizes.record(images, (long) nanos.applyAsDouble(images));
    }
  }

  /** What is chosen but for the tries. */
  private static int mostOften(BatchSizes sizes, int waiting) {
    int[] counts = new int[MOST + 1];
    for (int call = 0; call < 100; call++) {
      counts[sizes.choose(waiting)]++;
    }
    int best = 0;
    for (int images = 1; images <= MOST; images++) {
      best = counts[images] > counts[best] ? images : best;
    }
    return best;
  }
}
