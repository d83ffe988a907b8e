package org.mococxr.imaging.outliers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;

class SubspaceTest {
  /** Deviations 3 and 2 along two turned axes, 0.5 along the eight others, mean 1, 2, 3 … */
  private static List<double[]> rows(int count) {
    RandomStream random = RandomStream.of(1, "rows");
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] z = IntStream.range(0, 10).mapToDouble(j -> 0.5 * random.nextGaussian()).toArray();
      double a = 6 * z[0];
      double b = 4 * z[1];
      z[0] = 0.6 * a - 0.8 * b;
      z[1] = 0.8 * a + 0.6 * b;
      for (int j = 0; j < 10; j++) {
        z[j] += j + 1;
      }
      rows.add(z);
    }
    return rows;
  }

  @Test
  void theDirectionsOfLargestVarianceAreFound() {
    Subspace fit = Subspace.fit(rows(20_000), 2);
    assertEquals(9, fit.variances()[0], 0.3);
    assertEquals(4, fit.variances()[1], 0.15);
    assertEquals(0.25, fit.residual(), 0.01);
    assertEquals(0.6, Math.abs(fit.components()[0][0]), 0.02);
    assertEquals(0.8, Math.abs(fit.components()[0][1]), 0.02);
    for (int j = 0; j < 10; j++) {
      assertEquals(j + 1, fit.mean()[j], 0.1);
    }
  }

  @Test
  void squaredDistancesOfTheOwnDistributionAverageItsDimensions() {
    Subspace fit = Subspace.fit(rows(5000), 2);
    double mean = rows(5000).stream().mapToDouble(fit::distance).average().orElseThrow();
    assertEquals(10, mean, 0.1);
  }

  @Test
  void aDistanceCountsDeviationsAlongEachDirection() {
    Subspace fit =
        new Subspace(new double[] {1, 1, 1}, new double[][] {{1, 0, 0}}, new double[] {4}, 0.25);
    assertEquals(1, fit.distance(new double[] {3, 1, 1}), 1e-12);
    assertEquals(16, fit.distance(new double[] {1, 3, 1}), 1e-12);
    assertEquals(17, fit.distance(new double[] {3, 1, 3}), 1e-12);
  }

  @Test
  void rowsWithoutVarianceAreFitted() {
    Subspace fit = Subspace.fit(IntStream.range(0, 60).mapToObj(i -> new double[5]).toList(), 4);
    assertEquals(0, fit.distance(new double[5]));
    assertTrue(fit.distance(new double[] {0, 1, 0, 0, 0}) > 1e6);
  }

  @Test
  void whatIsNoSubspaceIsRefused() {
    double[] mean = {0, 0};
    double[][] one = {{1, 0}};
    assertThrows(
        IllegalArgumentException.class, () -> new Subspace(mean, one, new double[] {-1}, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Subspace(mean, new double[][] {{1}}, new double[] {1}, 1));
    assertThrows(
        IllegalArgumentException.class, () -> new Subspace(mean, one, new double[] {1}, 0));
  }
}
