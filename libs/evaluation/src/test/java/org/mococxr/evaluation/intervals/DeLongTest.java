package org.mococxr.evaluation.intervals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mococxr.evaluation.metrics.Metrics;

class DeLongTest {

  @Test
  void theIntervalEqualsTheDefinitionByPairs() {
    Sample sample = Sample.binormal(11, 17, 23, 2, 0.8);
    boolean[] positive = sample.positive();
    double[] a = rounded(sample.models().get(0));
    double[] b = rounded(sample.models().get(1));
    DeLong.Comparison comparison = DeLong.compare(List.of(a), List.of(b), positive, 0.95);
    double[][] s = covariance(a, b, positive);
    assertEquals(Metrics.auroc(a, positive), comparison.aurocA(), 1e-12);
    assertEquals(Metrics.auroc(b, positive), comparison.aurocB(), 1e-12);
    assertEquals(
        Math.sqrt(s[0][0]), DeLong.mean(List.of(a), positive, 0.95).standardError(), 1e-12);
    double error = Math.sqrt(s[0][0] + s[1][1] - 2 * s[0][1]);
    assertEquals(error, comparison.difference().standardError(), 1e-12);
    assertEquals((comparison.aurocA() - comparison.aurocB()) / error, comparison.z(), 1e-9);
    Interval mean = DeLong.mean(List.of(a, b), positive, 0.95);
    assertEquals(Math.sqrt((s[0][0] + s[1][1] + 2 * s[0][1]) / 4), mean.standardError(), 1e-12);
  }

  @Test
  void aModelDoesNotDifferFromItself() {
    Sample sample = Sample.binormal(12, 20, 20, 1, 1);
    double[] scores = sample.models().get(0);
    DeLong.Comparison comparison =
        DeLong.compare(List.of(scores), List.of(scores), sample.positive(), 0.95);
    assertEquals(1, comparison.pValue());
    assertTrue(Double.isNaN(comparison.z()));
    assertEquals(0, comparison.difference().lower(), 1e-12);
  }

  @Test
  void intervalsStayWithinZeroAndOne() {
    double[] scores = {0.9, 0.8, 0.2, 0.6, 0.1, 0.15};
    boolean[] positive = {true, true, true, false, false, false};
    Interval interval = DeLong.mean(List.of(scores), positive, 0.999);
    assertTrue(interval.lower() >= 0 && interval.upper() <= 1);
  }

  @Test
  void oneStudyOfAClassHasNoVariance() {
    assertThrows(
        IllegalArgumentException.class,
        () -> DeLong.mean(List.of(new double[3]), new boolean[] {true, false, false}, 0.95));
  }

  private static double[] rounded(double[] scores) {
    double[] rounded = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      rounded[i] = Math.rint(scores[i] * 3);
    }
    return rounded;
  }

  /** Equations 4 and 5 of the paper, literally: every pair, ties one half. */
  private static double[][] covariance(double[] a, double[] b, boolean[] positive) {
    double[][] models = {a, b};
    int m = Metrics.positives(positive);
    int n = positive.length - m;
    double[][] v10 = new double[2][m];
    double[][] v01 = new double[2][n];
    for (int r = 0; r < 2; r++) {
      int x = 0;
      for (int i = 0; i < positive.length; i++) {
        if (!positive[i]) {
          continue;
        }
        int y = 0;
        for (int j = 0; j < positive.length; j++) {
          if (positive[j]) {
            continue;
          }
          double psi = models[r][i] > models[r][j] ? 1 : models[r][i] == models[r][j] ? 0.5 : 0;
          v10[r][x] += psi / n;
          v01[r][y++] += psi / m;
        }
        x++;
      }
    }
    double[][] s = new double[2][2];
    for (int r = 0; r < 2; r++) {
      for (int q = 0; q < 2; q++) {
        s[r][q] = cross(v10[r], v10[q]) / m + cross(v01[r], v01[q]) / n;
      }
    }
    return s;
  }

  private static double cross(double[] u, double[] v) {
    double meanU = 0;
    double meanV = 0;
    for (int i = 0; i < u.length; i++) {
      meanU += u[i] / u.length;
      meanV += v[i] / v.length;
    }
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += (u[i] - meanU) * (v[i] - meanV);
    }
    return sum / (u.length - 1);
  }
}
