package org.mococxr.learning.pretraining;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mococxr.foundation.RandomStream;
import org.mococxr.specs.training.PretrainingOptions.Laterality;

class PositivePairsTest {
  private static final List<String> STUDIES = List.of("a", "b", "a", "c", "a", "b", "a");
  private static final List<String> LATERALITIES = List.of("F", "F", "F", "L", "L", "L", "");

  private final PositivePairs pairs = PositivePairs.of(STUDIES);

  private static PositivePairs under(Laterality rule) {
    return PositivePairs.of(STUDIES, LATERALITIES, rule);
  }

  @Test
  void candidatesAreTheOtherPicturesOfTheSameKey() {
    assertArrayEquals(new int[] {0, 4, 6}, pairs.candidates(2));
    assertArrayEquals(new int[] {1}, pairs.candidates(5));
    assertArrayEquals(new int[] {}, pairs.candidates(3));
    assertEquals(1, pairs.alone());
  }

  @Test
  void sameTakesThoseOfTheSameLaterality() {
    PositivePairs same = under(Laterality.SAME);
    assertArrayEquals(new int[] {2}, same.candidates(0));
    assertArrayEquals(new int[] {}, same.candidates(4));
    assertArrayEquals(new int[] {}, same.candidates(1));
    assertEquals(5, same.alone());
  }

  @Test
  void distinctTakesThoseOfAnotherLaterality() {
    PositivePairs distinct = under(Laterality.DISTINCT);
    assertArrayEquals(new int[] {4, 6}, distinct.candidates(0));
    assertArrayEquals(new int[] {0, 2, 6}, distinct.candidates(4));
    assertArrayEquals(new int[] {5}, distinct.candidates(1));
    assertArrayEquals(new int[] {}, distinct.candidates(3));
    assertEquals(1, distinct.alone());
  }

  @Test
  void unknownLateralityIsOneOfItsOwn() {
    assertArrayEquals(new int[] {0, 2, 4}, under(Laterality.DISTINCT).candidates(6));
    assertArrayEquals(
        new int[] {1},
        PositivePairs.of(List.of("a", "a"), List.of("", ""), Laterality.SAME).candidates(0));
    assertEquals(
        2, PositivePairs.of(List.of("a", "a"), List.of("", ""), Laterality.DISTINCT).alone());
  }

  @ParameterizedTest
  @EnumSource
  void everyPartnerIsOfTheSameKeyAndObeysTheRule(Laterality rule) {
    SplittableRandom made = new SplittableRandom(7);
    List<String> keys = new ArrayList<>();
    List<Integer> lateralities = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      keys.add("patient" + made.nextInt(80));
      lateralities.add(made.nextInt(3));
    }
    PositivePairs index = PositivePairs.of(keys, lateralities, rule);
    RandomStream random = RandomStream.of(3, "pairs");
    int alone = 0;
    for (int i = 0; i < keys.size(); i++) {
      int[] allowed = allowed(keys, lateralities, rule, i);
      assertArrayEquals(allowed, index.candidates(i));
      alone += allowed.length == 0 ? 1 : 0;
      for (int draw = 0; draw < 20; draw++) {
        int partner = index.partner(i, random);
        if (allowed.length == 0) {
          assertEquals(i, partner);
        } else {
          assertTrue(Arrays.binarySearch(allowed, partner) >= 0);
        }
      }
    }
    assertEquals(alone, index.alone());
  }

  /** By the definition, not by an index. */
  private static int[] allowed(
      List<String> keys, List<Integer> lateralities, Laterality rule, int i) {
    return IntStream.range(0, keys.size())
        .filter(other -> other != i && keys.get(other).equals(keys.get(i)))
        .filter(
            other -> {
              boolean equal = lateralities.get(other).equals(lateralities.get(i));
              return switch (rule) {
                case ANY -> true;
                case SAME -> equal;
                case DISTINCT -> !equal;
              };
            })
        .toArray();
  }

  @ParameterizedTest
  @EnumSource
  void everyCandidateIsAsLikely(Laterality rule) {
    List<String> one = List.of("a", "a", "a", "a", "a", "a", "a", "a");
    List<String> views = List.of("F", "L", "F", "F", "L", "F", "L", "L");
    PositivePairs index = PositivePairs.of(one, views, rule);
    for (int i = 0; i < one.size(); i++) {
      RandomStream random = RandomStream.of(1, "pairs", i);
      int[] drawn = new int[one.size()];
      int draws = 12_000;
      for (int d = 0; d < draws; d++) {
        drawn[index.partner(i, random)]++;
      }
      int[] candidates = index.candidates(i);
      double expected = (double) draws / candidates.length;
      int seen = 0;
      for (int candidate : candidates) {
        // Five standard deviations of a binomial count.
        assertEquals(expected, drawn[candidate], 5 * Math.sqrt(expected));
        seen += drawn[candidate];
      }
      assertEquals(draws, seen);
    }
  }

  @Test
  void aLonePictureIsItsOwnPartner() {
    assertEquals(3, pairs.partner(3, RandomStream.of(1, "pairs")));
    assertEquals(4, under(Laterality.SAME).partner(4, RandomStream.of(1, "pairs")));
    assertEquals(3, under(Laterality.DISTINCT).partner(3, RandomStream.of(1, "pairs")));
  }
}
