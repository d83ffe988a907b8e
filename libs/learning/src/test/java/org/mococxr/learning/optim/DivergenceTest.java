package org.mococxr.learning.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;

class DivergenceTest {
  private final List<String> notes = new ArrayList<>();

  private double train(double... losses) {
    Iterator<Double> attempts = java.util.Arrays.stream(losses).iterator();
    return Divergence.twice(
        () -> Divergence.check(attempts.next(), "step 3", "lower the rate"), notes::add);
  }

  @Test
  void aFaultThatDoesNotComeBackCostsOneMoreTry() {
    assertEquals(0.5, train(Double.NaN, 0.5));
    assertTrue(notes.getFirst().contains("step 3: the loss is NaN"), notes.toString());
  }

  @Test
  void aLossThatIsNoNumberTwiceIsTheUsersError() {
    UserErrorException e =
        assertThrows(
            UserErrorException.class, () -> train(Double.NaN, Double.POSITIVE_INFINITY, 0.5));
    assertEquals("step 3: the loss is Infinity (lower the rate)", e.getMessage());
    assertEquals(1, notes.size());
  }

  @Test
  void whatElseFailsIsNotTriedAgain() {
    List<String> tries = new ArrayList<>();
    assertThrows(
        IllegalStateException.class,
        () ->
            Divergence.twice(
                () -> {
                  tries.add("try");
                  throw new IllegalStateException("other");
                },
                notes::add));
    assertEquals(1, tries.size());
    assertEquals(List.of(), notes);
  }
}
