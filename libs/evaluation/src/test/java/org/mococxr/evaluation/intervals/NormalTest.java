package org.mococxr.evaluation.intervals;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NormalTest {

  @Test
  void tabledValuesHold() {
    assertEquals(0.5, Normal.cdf(0), 1e-16);
    assertEquals(0.8413447460685429, Normal.cdf(1), 1e-15);
    assertEquals(0.9772498680518208, Normal.cdf(2), 1e-15);
    assertEquals(1.3498980316300933e-3, Normal.cdf(-3), 1e-17);
    assertEquals(7.619853024160527e-24, Normal.cdf(-10), 1e-36);
    assertEquals(1.959963984540054, Normal.quantile(0.975), 1e-14);
    assertEquals(-2.3263478740408408, Normal.quantile(0.01), 1e-13);
    assertEquals(0.05, Normal.twoSided(-1.959963984540054), 1e-15);
  }

  @Test
  void quantileInvertsTheDistribution() {
    for (double p = 1e-12; p < 1; p = p < 0.1 ? p * 3 : p + 0.01) {
      assertEquals(p, Normal.cdf(Normal.quantile(p)), 1e-14 + p * 1e-12);
    }
  }
}
