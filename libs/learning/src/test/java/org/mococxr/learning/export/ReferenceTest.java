package org.mococxr.learning.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReferenceTest {
  @Test
  void theEdgesOfDifferentProbabilitiesAreTheirDeciles() {
    double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> (101 - i) / 100.0).toArray();
    Reference reference = Reference.of(hundred);
    assertEquals(100, reference.studies());
    assertEquals(List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), reference.edges());
    assertEquals(java.util.Collections.nCopies(10, 0.1), reference.shares());
  }

  @Test
  void equalProbabilitiesAreInOnePart() {
    double[] mostly = new double[50];
    java.util.Arrays.fill(mostly, 0, 40, 0.05); // four fifths
    java.util.Arrays.fill(mostly, 40, 50, 0.6);
    Reference reference = Reference.of(mostly);
    assertEquals(List.of(0.05, 0.6), reference.edges());
    assertEquals(List.of(0.8, 0.2, 0.0), reference.shares());
  }
}
