package org.mococxr.datasets.splitting;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;

class NumberingTest {

  @Test
  void equalNamesHaveEqualNumbersInAnyOrder() {
    RandomStream random = RandomStream.of(7, "numbering");
    for (int trial = 0; trial < 200; trial++) {
      List<String> names = new ArrayList<>();
      int count = random.nextInt(12);
      for (int i = 0; i < count; i++) {
        names.add("p" + random.nextInt(6));
      }
      if (trial % 2 == 0) { // in order until the last
        names.sort(null);
        names.add("p" + random.nextInt(6));
      }
      Numbering numbering = Numbering.of(names.size(), names::get);
      for (int i = 0; i < names.size(); i++) {
        assertEquals(names.get(i), numbering.names().get(numbering.numbers()[i]));
      }
      assertEquals(new TreeSet<>(names).size(), numbering.names().size());
      List<String> sorted = new ArrayList<>();
      for (int number : numbering.sorted()) {
        sorted.add(numbering.names().get(number));
      }
      assertEquals(List.copyOf(new TreeSet<>(names)), sorted);
    }
  }

  @Test
  void namesAreNumberedAsTheyFirstOccur() {
    List<String> names = List.of("b", "b", "c", "a", "b", "d");
    assertArrayEquals(
        new int[] {0, 0, 1, 2, 0, 3}, Numbering.of(names.size(), names::get).numbers());
  }
}
