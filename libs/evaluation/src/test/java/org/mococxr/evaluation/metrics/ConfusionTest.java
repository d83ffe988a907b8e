package org.mococxr.evaluation.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against scikit-learn 1.9.1: {@code balanced_accuracy_score} and {@code matthews_corrcoef}. */
class ConfusionTest {

  @ParameterizedTest
  @CsvSource({
    "90, 4, 1, 5, 0.5736842105263158, 0.13524203070138519",
    "3, 1, 2, 0, 0.8333333333333333, 0.7071067811865476",
    "50000, 30000, 2000000, 12345, 0.8936053037147891, 0.6979809314789197",
    "4, 0, 6, 0, 1, 1",
    "0, 6, 0, 4, 0, -1"
  })
  void balancedAccuracyAndCorrelationEqualTheReference(
      long tp, long fp, long tn, long fn, double balanced, double correlation) {
    Confusion confusion = new Confusion(tp, fp, tn, fn);
    assertEquals(balanced, confusion.balancedAccuracy(), 1e-12);
    assertEquals(correlation, confusion.matthewsCorrelation(), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({"5, 3, 0, 0", "0, 0, 5, 3"})
  void aDecisionOfOneClassIsChanceAndHasNoCorrelation(long tp, long fp, long tn, long fn) {
    Confusion confusion = new Confusion(tp, fp, tn, fn);
    assertEquals(0.5, confusion.balancedAccuracy());
    assertTrue(Double.isNaN(confusion.matthewsCorrelation()));
  }

  @ParameterizedTest
  @CsvSource({"5, 0, 0, 3", "0, 3, 5, 0", "0, 0, 0, 0"})
  void aTruthOfOneClassDefinesNeither(long tp, long fp, long tn, long fn) {
    Confusion confusion = new Confusion(tp, fp, tn, fn);
    assertTrue(Double.isNaN(confusion.balancedAccuracy()));
    assertTrue(Double.isNaN(confusion.matthewsCorrelation()));
  }

  @ParameterizedTest
  @CsvSource({"7, 2, 11, 3", "1, 9, 4, 6"})
  void oppositeDecisionsHaveOppositeCorrelations(long tp, long fp, long tn, long fn) {
    Confusion confusion = new Confusion(tp, fp, tn, fn);
    Confusion opposite = new Confusion(fn, tn, fp, tp);
    assertEquals(-confusion.matthewsCorrelation(), opposite.matthewsCorrelation(), 1e-15);
    assertEquals(1 - confusion.balancedAccuracy(), opposite.balancedAccuracy(), 1e-15);
  }
}
