package org.mococxr.datasets.splitting;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Numbers for names, so that equal names have equal numbers and whoever compares names often
 * compares numbers instead. As long as the names come in order, which those of images sorted by
 * their paths mostly do, none is looked up.
 *
 * @param numbers of each name, from 0 in the order in which names first occur
 * @param names by their numbers
 * @param inOrder whether {@code names} is sorted
 */
record Numbering(int[] numbers, List<String> names, boolean inOrder) {

  /**
   * @param count how many names there are
   * @param name by position
   */
  static Numbering of(int count, IntFunction<String> name) {
    int[] numbers = new int[count];
    List<String> names = new ArrayList<>();
    Map<String, Integer> known = null;
    String last = null;
    for (int i = 0; i < count; i++) {
      String next = name.apply(i);
      if (next.equals(last)) {
        numbers[i] = numbers[i - 1];
        continue;
      }
      if (known == null && last != null && next.compareTo(last) < 0) {
        known = lookup(names);
      }
      Integer earlier = known == null ? null : known.putIfAbsent(next, names.size());
      numbers[i] = earlier == null ? names.size() : earlier;
      if (earlier == null) {
        names.add(next);
      }
      last = next;
    }
    return new Numbering(numbers, names, known == null);
  }

  /** The numbers in the order of their names. */
  int[] sorted() {
    int[] all = IntStream.range(0, names.size()).toArray();
    return inOrder
        ? all
        : IntStream.of(all).boxed().sorted(comparing(names::get)).mapToInt(i -> i).toArray();
  }

  private static Map<String, Integer> lookup(List<String> names) {
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      known.put(names.get(i), i);
    }
    return known;
  }
}
