package org.mococxr.evaluation.intervals;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;
import org.mococxr.specs.run.IntervalOptions.Method;

/** Numbers that others published. */
class WorkedExamplesTest {
  /**
   * The ovarian cancer patients of DeLong, DeLong and Clarke-Pearson 1988: albumin, total protein,
   * K-G score, outcome. Printed in SAS/STAT User's Guide, PROC LOGISTIC, "Comparing Receiver
   * Operating Characteristic Curves".
   */
  private static final double[] PATIENTS = {
    3.0, 5.8, 10, 0, 3.2, 6.3, 5, 1, 3.9, 6.8, 3, 1, 2.8, 4.8, 6, 0, 3.2, 5.8, 3, 1, 0.9, 4.0, 5, 0,
    2.5, 5.7, 8, 0, 1.6, 5.6, 5, 1, 3.8, 5.7, 5, 1, 3.7, 6.7, 6, 1, 3.2, 5.4, 4, 1, 3.8, 6.6, 6, 1,
    4.1, 6.6, 5, 1, 3.6, 5.7, 5, 1, 4.3, 7.0, 4, 1, 3.6, 6.7, 4, 0, 2.3, 4.4, 6, 1, 4.2, 7.6, 4, 0,
    4.0, 6.6, 6, 0, 3.5, 5.8, 6, 1, 3.8, 6.8, 7, 1, 3.0, 4.7, 8, 0, 4.5, 7.4, 5, 1, 3.7, 7.4, 5, 1,
    3.1, 6.6, 6, 1, 4.1, 8.2, 6, 1, 4.3, 7.0, 5, 1, 4.3, 6.5, 4, 1, 3.2, 5.1, 5, 1, 2.6, 4.7, 6, 1,
    3.3, 6.8, 6, 0, 1.7, 4.0, 7, 0, 3.7, 6.1, 5, 1, 3.3, 6.3, 7, 1, 4.2, 7.7, 6, 1, 3.5, 6.2, 5, 1,
    2.9, 5.7, 9, 0, 2.1, 4.8, 7, 1, 2.8, 6.2, 8, 0, 4.0, 7.0, 7, 1, 3.3, 5.7, 6, 1, 3.7, 6.9, 5, 1,
    3.6, 6.6, 5, 1
  };

  /** The spatial test data of Efron and Tibshirani 1993, table 14.1, column A. */
  private static final double[] SPATIAL = {
    48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30,
    41
  };

  @Test
  void delongsOwnPatientsGiveThePublishedAreasAndErrors() {
    boolean[] positive = outcome();
    assertInterval(0.7366, 0.0927, 0.5549, 0.9182, DeLong.mean(List.of(column(0)), positive, 0.95));
    assertInterval(0.7258, 0.1028, 0.5243, 0.9273, DeLong.mean(List.of(score()), positive, 0.95));
    assertInterval(0.6478, 0.1000, 0.4518, 0.8439, DeLong.mean(List.of(column(1)), positive, 0.95));
  }

  @Test
  void delongsOwnPatientsGiveThePublishedContrasts() {
    DeLong.Comparison albumin =
        DeLong.compare(List.of(column(0)), List.of(score()), outcome(), 0.95);
    assertInterval(0.0108, 0.0953, -0.1761, 0.1976, albumin.difference());
    assertEquals(0.0127, albumin.z() * albumin.z(), 5e-5);
    assertEquals(0.9102, albumin.pValue(), 5e-5);
    DeLong.Comparison protein =
        DeLong.compare(List.of(column(1)), List.of(score()), outcome(), 0.95);
    assertInterval(-0.0780, 0.1046, -0.2830, 0.1271, protein.difference());
    assertEquals(0.5554, protein.z() * protein.z(), 5e-5);
    assertEquals(0.4561, protein.pValue(), 5e-5);
  }

  @Test
  void theSpatialTestGivesThePublishedAcceleration() {
    assertEquals(171.5, variance(SPATIAL), 0.05);
    assertEquals(0.061, Percentiles.acceleration(jackknife()), 0.0005);
  }

  @Test
  void theSpatialTestGivesThePublishedBcaInterval() {
    // Efron and Tibshirani 1993, table 14.2: 90 % BCa interval (115.8, 259.6) and z0 = 0.146 from
    // 2,000 replicates, percentile interval (100.8, 233.9). Ours uses 20,000 other resamples: the
    // difference that is left is theirs and ours of chance.
    RandomStream random = RandomStream.of(1, "spatial");
    double[] replicates = new double[20_000];
    double[] resample = new double[SPATIAL.length];
    for (int i = 0; i < replicates.length; i++) {
      for (int j = 0; j < resample.length; j++) {
        resample[j] = SPATIAL[random.nextInt(SPATIAL.length)];
      }
      replicates[i] = variance(resample);
    }
    double estimate = variance(SPATIAL);
    assertEquals(0.146, Percentiles.bias(estimate, replicates), 0.05);
    Interval bca = Percentiles.interval(estimate, replicates, jackknife(), 0.9, Method.BCA);
    assertEquals(115.8, bca.lower(), 4);
    assertEquals(259.6, bca.upper(), 8);
    Interval plain =
        Percentiles.interval(estimate, replicates, jackknife(), 0.9, Method.PERCENTILE);
    assertEquals(100.8, plain.lower(), 4);
    assertEquals(233.9, plain.upper(), 5);
  }

  @Test
  void withoutBiasAndAccelerationBcaIsThePercentile() {
    assertEquals(0.025, Percentiles.adjusted(0.025, 0, 0), 1e-15);
    // Closed form: with a = 0 the ends move to Φ(2 z0 + z).
    assertEquals(
        NormalDistribution.of(0, 1).cumulativeProbability(0.2 - 1.959963984540054),
        Percentiles.adjusted(0.025, 0.1, 0),
        1e-15);
  }

  private static void assertInterval(
      double estimate, double error, double lower, double upper, Interval actual) {
    assertEquals(estimate, actual.estimate(), 5e-5);
    assertEquals(error, actual.standardError(), 5e-5);
    assertEquals(lower, actual.lower(), 1e-4);
    assertEquals(upper, actual.upper(), 1e-4);
  }

  private static double[] column(int index) {
    double[] values = new double[PATIENTS.length / 4];
    Arrays.setAll(values, i -> PATIENTS[4 * i + index]);
    return values;
  }

  /** As SAS does: 10 less the score, so that more is better. */
  private static double[] score() {
    return Arrays.stream(column(2)).map(value -> 10 - value).toArray();
  }

  private static boolean[] outcome() {
    double[] values = column(3);
    boolean[] positive = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      positive[i] = values[i] == 1;
    }
    return positive;
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }

  private static double[] jackknife() {
    double[] values = new double[SPATIAL.length];
    for (int left = 0; left < values.length; left++) {
      double[] rest = new double[values.length - 1];
      System.arraycopy(SPATIAL, 0, rest, 0, left);
      System.arraycopy(SPATIAL, left + 1, rest, left, rest.length - left);
      values[left] = variance(rest);
    }
    return values;
  }
}
