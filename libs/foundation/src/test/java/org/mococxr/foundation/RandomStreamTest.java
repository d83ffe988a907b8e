package org.mococxr.foundation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomStreamTest {

  @Test
  void equalKeysGiveEqualNumbersAndDifferentKeysDoNot() {
    assertEquals(
        RandomStream.of(1, "augment", 2, 3).nextLong(),
        RandomStream.of(1, "augment", 2, 3).nextLong());
    assertNotEquals(
        RandomStream.of(1, "augment", 2, 3).nextLong(),
        RandomStream.of(1, "augment", 3, 2).nextLong());
    assertNotEquals(
        RandomStream.of(1, "split", "patient1").nextLong(),
        RandomStream.of(1, "split", "patient2").nextLong());
  }

  @Test
  void theFirstNumberOfAStreamWithoutAPurposeIsGivenAlone() {
    for (long seed : new long[] {0, 1, -7, Long.MAX_VALUE, 0x123456789ABCDEFL}) {
      assertEquals(RandomStream.of(seed, "").nextLong(), RandomStream.firstOf(seed));
    }
  }

  @Test
  void boundedIntegersAreUniform() {
    RandomStream random = RandomStream.of(7, "uniform");
    int[] counts = new int[10];
    int n = 100_000;
    for (int i = 0; i < n; i++) {
      counts[random.nextInt(10)]++;
    }
    // Chi-squared with 9 degrees of freedom: 27.88 is the 99.9 % point.
    double chi = Arrays.stream(counts).mapToDouble(c -> Math.pow(c - n / 10.0, 2) / 1e4).sum();
    assertTrue(chi < 27.88, "chi-squared " + chi);
  }

  @Test
  void gaussianHasMeanZeroAndVarianceOne() {
    RandomStream random = RandomStream.of(11, "gauss");
    int n = 100_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      sum += x;
      squares += x * x;
    }
    assertEquals(0, sum / n, 4 / Math.sqrt(n));
    assertEquals(1, squares / n, 4 * Math.sqrt(2.0 / n));
  }

  @Test
  void permutationHoldsEveryNumberOnce() {
    int[] permutation = RandomStream.of(3, "permute").permutation(1000);
    int[] sorted = permutation.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      assertEquals(i, sorted[i]);
    }
  }
}
