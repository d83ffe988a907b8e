package org.mococxr.evaluation.intervals;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.foundation.RandomStream;
import org.mococxr.specs.run.IntervalOptions.Method;
import org.mococxr.specs.run.IntervalOptions.Unit;

class BootstrapTest {

  @Test
  void weightedAurocEqualsTheAurocOfTheRepeatedStudies() {
    RandomStream random = RandomStream.of(4, "weights");
    for (int round = 0; round < 100; round++) {
      int n = 8 + random.nextInt(20);
      boolean ties = random.nextBoolean(0.5);
      double[] scores = new double[n];
      double[] labels = new double[n];
      int[] weights = new int[n];
      List<Double> repeated = new ArrayList<>();
      List<Boolean> truth = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        scores[i] = ties ? random.nextInt(5) : random.nextDouble();
        labels[i] = i == 2 ? Double.NaN : i < 2 ? i : random.nextInt(2);
        weights[i] = i < 2 ? 1 : random.nextInt(4);
        for (int w = 0; w < weights[i] && i != 2; w++) {
          repeated.add(scores[i]);
          truth.add(labels[i] == 1);
        }
      }
      boolean[] positive = new boolean[truth.size()];
      for (int i = 0; i < positive.length; i++) {
        positive[i] = truth.get(i);
      }
      double expected = Metrics.auroc(repeated.stream().mapToDouble(d -> d).toArray(), positive);
      assertEquals(expected, new Ranking(scores, labels).auroc(weights), 1e-12);
    }
  }

  @Test
  void percentilesAreThoseOfTheOrderedReplicates() {
    double[] replicates = new double[999];
    for (int i = 0; i < 999; i++) {
      replicates[i] = 999 - i;
    }
    // Among 999 the 25th and the 975th bound 95 %.
    Interval interval =
        Percentiles.interval(500, replicates, new double[0], 0.95, Method.PERCENTILE);
    assertEquals(25, interval.lower(), 1e-9);
    assertEquals(975, interval.upper(), 1e-9);
    interval = Percentiles.interval(500, replicates, new double[0], 0.5, Method.PERCENTILE);
    assertEquals(250, interval.lower(), 1e-9);
    assertEquals(750, interval.upper(), 1e-9);
  }

  @Test
  void theReferencesPlacesAreThoseOfItsIndices() {
    double[] replicates = new double[1000];
    for (int i = 0; i < 1000; i++) {
      replicates[i] = i;
    }
    // int((1 - 0.95) / 2 * 1000) - 1 and int((1 - (1 - 0.95) / 2) * 1000) - 1, in Python.
    Interval interval =
        Percentiles.interval(500, replicates, new double[0], 0.95, Method.REFERENCE);
    assertEquals(24, interval.lower());
    assertEquals(974, interval.upper());
  }

  @Test
  void aHigherLevelGivesAWiderInterval() {
    Sample sample = Sample.binormal(5, 60, 60, 1, 1);
    double last = 0;
    for (double level : new double[] {0.5, 0.8, 0.9, 0.95, 0.99}) {
      Interval interval = bootstrap(sample, level, Unit.STUDY, Method.PERCENTILE).mean(List.of(0));
      assertTrue(interval.upper() - interval.lower() > last);
      assertEquals(level, interval.level());
      last = interval.upper() - interval.lower();
    }
  }

  @Test
  void theSameSeedGivesTheSameResamplesAndAnotherDoesNot() {
    Sample sample = Sample.binormal(6, 30, 30, 1, 1);
    double[] once = bootstrap(sample, 0.95, Unit.STUDY, Method.PERCENTILE).replicates(0);
    double[] again = bootstrap(sample, 0.9, Unit.STUDY, Method.BCA).replicates(0);
    assertArrayEquals(once, again);
    Bootstrap other = Bootstrap.of(sample.columns(), List.of(), BootstrapOptions.defaults(99));
    assertTrue(once[0] != other.replicates(0)[0] || once[1] != other.replicates(0)[1]);
  }

  @Test
  void meansAndDifferencesArePairedOnTheSameResample() {
    Sample sample = Sample.binormal(7, 40, 50, 4, 1);
    Bootstrap bootstrap = bootstrap(sample, 0.95, Unit.STUDY, Method.PERCENTILE);
    Interval difference = bootstrap.difference(List.of(0, 1), List.of(2, 3));
    double expected =
        (Metrics.auroc(sample.models().get(0), sample.positive())
                + Metrics.auroc(sample.models().get(1), sample.positive())
                - Metrics.auroc(sample.models().get(2), sample.positive())
                - Metrics.auroc(sample.models().get(3), sample.positive()))
            / 2;
    assertEquals(expected, difference.estimate(), 1e-12);
    Interval none = bootstrap.difference(List.of(1), List.of(1));
    assertEquals(0, none.lower());
    assertEquals(0, none.upper());
    double[] a = bootstrap.replicates(0);
    double[] b = bootstrap.replicates(1);
    double[] mean = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      mean[i] = (a[i] + b[i]) / 2;
    }
    assertEquals(
        Percentiles.standardDeviation(mean), bootstrap.mean(List.of(0, 1)).standardError(), 1e-12);
  }

  @Test
  void resamplesWithOneClassAreRedrawnAndCounted() {
    boolean[] positive = {true, false, false, false, false, false};
    double[] scores = {0.7, 0.1, 0.2, 0.3, 0.8, 0.5};
    BootstrapOptions options = new BootstrapOptions(2000, 0.95, 1, Unit.STUDY, Method.PERCENTILE);
    Bootstrap bootstrap =
        Bootstrap.of(List.of(Bootstrap.Column.of(scores, positive)), List.of(), options);
    // A resample lacks the one positive with probability q = (5/6)^6 = 0.335 (or, rarely, the
    // negatives): q / (1 - q) redraws per replicate.
    double q = Math.pow(5.0 / 6, 6) + Math.pow(1.0 / 6, 6);
    assertEquals(2000 * q / (1 - q), bootstrap.redrawn(), 120);
    for (double each : bootstrap.replicates(0)) {
      assertTrue(each >= 0 && each <= 1);
    }
  }

  @Test
  void oneClassOnlyIsAnError() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Bootstrap.of(
                List.of(Bootstrap.Column.of(new double[3], new boolean[3])),
                List.of(),
                BootstrapOptions.defaults(1)));
  }

  @Test
  void patientsWithSeveralStudiesWidenTheInterval() {
    // Every patient's study stands four times: as studies the sample looks four times as large.
    Sample once = Sample.binormal(8, 40, 40, 1, 1);
    List<String> patients = new ArrayList<>();
    double[] scores = new double[320];
    boolean[] positive = new boolean[320];
    for (int i = 0; i < 320; i++) {
      scores[i] = once.models().get(0)[i / 4];
      positive[i] = once.positive()[i / 4];
      patients.add("p" + i / 4);
    }
    List<Bootstrap.Column> columns = List.of(Bootstrap.Column.of(scores, positive));
    Interval byStudy =
        Bootstrap.of(columns, patients, options(Unit.STUDY, Method.BCA)).mean(List.of(0));
    Interval byPatient =
        Bootstrap.of(columns, patients, options(Unit.PATIENT, Method.BCA)).mean(List.of(0));
    Interval truth =
        Bootstrap.of(once.columns(), Collections.nCopies(80, ""), options(Unit.STUDY, Method.BCA))
            .mean(List.of(0));
    assertEquals(2, byPatient.standardError() / byStudy.standardError(), 0.25);
    assertEquals(truth.standardError(), byPatient.standardError(), 0.005);
    assertEquals(truth.lower(), byPatient.lower(), 0.02);
  }

  private static BootstrapOptions options(Unit unit, Method method) {
    return new BootstrapOptions(1000, 0.95, 1, unit, method);
  }

  private static Bootstrap bootstrap(Sample sample, double level, Unit unit, Method method) {
    return Bootstrap.of(
        sample.columns(),
        Collections.nCopies(sample.positive().length, ""),
        new BootstrapOptions(1000, level, 1, unit, method));
  }
}
