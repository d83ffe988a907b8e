package org.mococxr.imaging;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.RandomStream;

/**
 * For every picture, the others of the same patient or study, from which the second view of a
 * positive pair may be drawn (MedAug, Vu et al. 2021).
 */
public final class PositivePairs {
  private final int[] groupOf;
  private final int[][] members;

  private PositivePairs(int[] groupOf, int[][] members) {
    this.groupOf = groupOf;
    this.members = members;
  }

  /**
   * The index of a list of pictures.
   *
   * @param keys the patient's or study's key of each picture, in the order of the pixel cache
   */
  public static PositivePairs of(List<String> keys) {
    Map<String, Integer> numbers = new HashMap<>();
    int[] groupOf = new int[keys.size()];
    for (int i = 0; i < groupOf.length; i++) {
      groupOf[i] = numbers.computeIfAbsent(keys.get(i), key -> numbers.size());
    }
    int[] sizes = new int[numbers.size()];
    for (int group : groupOf) {
      sizes[group]++;
    }
    int[][] members = new int[sizes.length][];
    for (int i = groupOf.length - 1; i >= 0; i--) {
      int group = groupOf[i];
      if (members[group] == null) {
        members[group] = new int[sizes[group]];
      }
      members[group][--sizes[group]] = i;
    }
    return new PositivePairs(groupOf, members);
  }

  /** Different patients or studies. */
  public int groups() {
    return members.length;
  }

  /** The pictures of the same key as picture {@code i}, itself included, in ascending order. */
  public int[] sameAs(int i) {
    return members[groupOf[i]].clone();
  }

  /** Another picture of the same key, each as likely; the picture itself if it is the only one. */
  public int partner(int i, RandomStream random) {
    int[] group = members[groupOf[i]];
    if (group.length == 1) {
      return i;
    }
    int drawn = group[random.nextInt(group.length - 1)];
    // The last one stands in for the picture itself, so that the draw needs no second try.
    return drawn == i ? group[group.length - 1] : drawn;
  }
}
