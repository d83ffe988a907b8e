package org.mococxr.imaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;

class PositivePairsTest {
  private final PositivePairs pairs = PositivePairs.of(List.of("a", "b", "a", "c", "a", "b"));

  @Test
  void picturesAreGroupedByTheirKey() {
    assertEquals(3, pairs.groups());
    assertArrayEquals(new int[] {0, 2, 4}, pairs.sameAs(2));
    assertArrayEquals(new int[] {3}, pairs.sameAs(3));
  }

  @Test
  void thePartnerIsAnotherPictureOfTheSameKeyEachAsLikely() {
    RandomStream random = RandomStream.of(1, "pairs");
    int[] drawn = new int[6];
    for (int i = 0; i < 10_000; i++) {
      drawn[pairs.partner(2, random)]++;
    }
    assertEquals(5_000, drawn[0], 200);
    assertEquals(5_000, drawn[4], 200);
    assertEquals(10_000, drawn[0] + drawn[4]);
  }

  @Test
  void aLonePictureIsItsOwnPartner() {
    assertEquals(3, pairs.partner(3, RandomStream.of(1, "pairs")));
  }
}
