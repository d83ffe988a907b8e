package org.mococxr.learning.pretraining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.RandomStream;
import org.mococxr.specs.training.PretrainingOptions.Laterality;

/**
 * For every picture, the others of the same patient or study, from which the second view of a
 * positive pair may be drawn (MedAug, Vu et al. 2021, which also restricts the draw by laterality:
 * whether the picture is frontal or lateral).
 */
public final class PositivePairs {

  private final int[] poolOf;
  private final int[][] pools;
  // What a picture is drawn from holds the picture itself, unless the laterality must differ.
  private final boolean withItself;

  private PositivePairs(int[] poolOf, int[][] pools, boolean withItself) {
    this.poolOf = poolOf;
    this.pools = pools;
    this.withItself = withItself;
  }

  /**
   * The index of a list of pictures, of which every other one of the same key may be drawn.
   *
   * @param keys the patient's or study's key of each picture, in the order of the pixel cache
   */
  public static PositivePairs of(List<String> keys) {
    int[] groupOf = numbered(keys);
    return new PositivePairs(groupOf, members(groupOf), true);
  }

  /**
   * The index of a list of pictures under a rule of laterality.
   *
   * @param keys the patient's or study's key of each picture, in the order of the pixel cache
   * @param lateralities of each picture, compared by {@code equals}: an unknown one is a laterality
   *     of its own, equal to other unknown ones
   */
  public static PositivePairs of(List<String> keys, List<?> lateralities, Laterality rule) {
    if (rule == Laterality.ANY) {
      return of(keys);
    }
    List<List<Object>> parts = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      parts.add(List.of(keys.get(i), lateralities.get(i)));
    }
    int[] partOf = numbered(parts);
    int[][] pools = members(partOf);
    if (rule == Laterality.DISTINCT) {
      int[] groupOf = numbered(keys);
      int[][] groups = members(groupOf);
      for (int part = 0; part < pools.length; part++) {
        pools[part] = without(groups[groupOf[pools[part][0]]], partOf, part);
      }
    }
    return new PositivePairs(partOf, pools, rule == Laterality.SAME);
  }

  /** The number of each value, counted in the order of first appearance. */
  private static int[] numbered(List<?> values) {
    Map<Object, Integer> numbers = new HashMap<>();
    int[] numberOf = new int[values.size()];
    for (int i = 0; i < numberOf.length; i++) {
      numberOf[i] = numbers.computeIfAbsent(values.get(i), value -> numbers.size());
    }
    return numberOf;
  }

  /** The pictures of each number, in ascending order. */
  private static int[][] members(int[] numberOf) {
    List<List<Integer>> members = new ArrayList<>();
    for (int i = 0; i < numberOf.length; i++) {
      if (numberOf[i] == members.size()) {
        members.add(new ArrayList<>());
      }
      members.get(numberOf[i]).add(i);
    }
    return members.stream()
        .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }

  private static int[] without(int[] group, int[] partOf, int part) {
    return Arrays.stream(group).filter(i -> partOf[i] != part).toArray();
  }

  /** The pictures that may be drawn for picture {@code i}, in ascending order; never itself. */
  public int[] candidates(int i) {
    return Arrays.stream(pools[poolOf[i]]).filter(other -> other != i).toArray();
  }

  /** How many pictures have no candidate. */
  public int alone() {
    int alone = 0;
    for (int pool : poolOf) {
      if (others(pools[pool]) == 0) {
        alone++;
      }
    }
    return alone;
  }

  /** One of the candidates, each as likely; the picture itself if there is none. */
  public int partner(int i, RandomStream random) {
    int[] pool = pools[poolOf[i]];
    int others = others(pool);
    if (others == 0) {
      return i;
    }
    int drawn = pool[random.nextInt(others)];
    // The last one stands in for the picture itself, so that the draw needs no second try.
    return drawn == i ? pool[others] : drawn;
  }

  private int others(int[] pool) {
    return withItself ? pool.length - 1 : pool.length;
  }
}
