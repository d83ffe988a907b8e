package org.mococxr.evaluation.intervals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.mococxr.foundation.RandomStream;
import org.mococxr.specs.run.IntervalOptions.Method;
import org.mococxr.specs.run.IntervalOptions.Unit;

/**
 * How often 95 % intervals hold the truth, over simulated test sets whose AUROC is known in closed
 * form: Φ(separation / √2) for two unit normals.
 */
class CoverageTest {
  private static final int SIMULATIONS = 1000;
  private static final int REPLICATES = 400;
  private static final double SEPARATION = 1.2;
  private static final double TRUTH = Sample.auroc(SEPARATION);

  @Test
  void delongsIntervalsHoldTheTruthInNinetyFivePercent(TestReporter reporter) {
    int held = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      Sample sample = Sample.binormal(1000 + i, 80, 120, 1, SEPARATION);
      held += holds(DeLong.mean(List.of(sample.models().get(0)), sample.positive(), 0.95), TRUTH);
    }
    assertCoverage(held, reporter);
  }

  @Test
  void bootstrapPercentilesHoldTheTruthInNinetyFivePercent(TestReporter reporter) {
    assertCoverage(bootstrapped(Method.PERCENTILE), reporter);
  }

  @Test
  void bcaIntervalsHoldTheTruthInNinetyFivePercent(TestReporter reporter) {
    assertCoverage(bootstrapped(Method.BCA), reporter);
  }

  /** Where percentiles hold in 83 % and DeLong's in 77 %: ten positives of sixty, AUROC 0.95. */
  @Test
  void scoreIntervalsHoldTheTruthWithFewPositives(TestReporter reporter) {
    double separation = 1.6448536269514722 * Math.sqrt(2);
    int held = 0;
    for (int i = 0; i < 2 * SIMULATIONS; i++) {
      Sample sample = Sample.binormal(9000 + i, 10, 50, 1, separation);
      held += holds(ScoreInterval.of(sample.models().get(0), sample.positive(), 0.95), 0.95);
    }
    assertCoverage(held / 2, reporter);
  }

  @Test
  void scoreIntervalsHoldTheTruthInNinetyFivePercent(TestReporter reporter) {
    int held = 0;
    int differences = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      Sample sample = Sample.binormal(1000 + i, 20, 60, 2, SEPARATION);
      held += holds(ScoreInterval.of(sample.models().get(0), sample.positive(), 0.95), TRUTH);
      DeLong.Comparison comparison =
          ScoreInterval.compare(
              sample.models().subList(0, 1),
              sample.models().subList(1, 2),
              sample.positive(),
              Placements.eachByItself(80),
              0.95);
      differences += holds(comparison.difference(), 0);
    }
    assertCoverage(held, reporter);
    assertCoverage(differences, reporter);
  }

  @Test
  void pairedDifferencesHoldTheTruthInNinetyFivePercent(TestReporter reporter) {
    // Both models have the same true AUROC: the truth is 0.
    int byBootstrap = 0;
    int byDeLong = 0;
    int rejected = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      Sample sample = Sample.binormal(5000 + i, 80, 120, 2, SEPARATION);
      Bootstrap bootstrap = Bootstrap.of(sample.columns(), List.of(), options(i, Unit.STUDY));
      byBootstrap += holds(bootstrap.difference(List.of(0), List.of(1)), 0);
      DeLong.Comparison comparison =
          DeLong.compare(
              List.of(sample.models().get(0)),
              List.of(sample.models().get(1)),
              sample.positive(),
              0.95);
      byDeLong += holds(comparison.difference(), 0);
      rejected += comparison.pValue() < 0.05 ? 1 : 0;
    }
    assertCoverage(byBootstrap, reporter);
    assertCoverage(byDeLong, reporter);
    assertEquals(SIMULATIONS - byDeLong, rejected, 1, "interval and p-value agree");
  }

  @Test
  void onlyResamplingPatientsIsHonestWherePatientsHaveSeveralStudies() {
    int byStudy = 0;
    int byPatient = 0;
    int simulations = 400;
    for (int i = 0; i < simulations; i++) {
      // 100 patients with 3 studies each, whose scores share half their variance and their label.
      RandomStream random = RandomStream.of(i, "patients");
      double[] scores = new double[300];
      boolean[] positive = new boolean[300];
      List<String> patients = new ArrayList<>();
      for (int study = 0; study < 300; study += 3) {
        double shared = random.nextGaussian();
        boolean ill = study < 120;
        for (int k = study; k < study + 3; k++) {
          positive[k] = ill;
          scores[k] = (ill ? SEPARATION : 0) + Math.sqrt(0.5) * (shared + random.nextGaussian());
          patients.add("p" + study);
        }
      }
      List<Bootstrap.Column> columns = List.of(Bootstrap.Column.of(scores, positive));
      byStudy +=
          holds(Bootstrap.of(columns, patients, options(i, Unit.STUDY)).mean(List.of(0)), TRUTH);
      byPatient +=
          holds(Bootstrap.of(columns, patients, options(i, Unit.PATIENT)).mean(List.of(0)), TRUTH);
    }
    assertTrue(byPatient > 0.925 * simulations, "by patient: " + byPatient);
    assertTrue(byStudy < 0.88 * simulations, "by study: " + byStudy);
  }

  private static int bootstrapped(Method method) {
    int held = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      Sample sample = Sample.binormal(1000 + i, 80, 120, 1, SEPARATION);
      BootstrapOptions options = new BootstrapOptions(REPLICATES, 0.95, i, Unit.STUDY, method);
      held += holds(Bootstrap.of(sample.columns(), List.of(), options).mean(List.of(0)), TRUTH);
    }
    return held;
  }

  private static BootstrapOptions options(long seed, Unit unit) {
    return new BootstrapOptions(REPLICATES, 0.95, seed, unit, Method.PERCENTILE);
  }

  private static int holds(Interval interval, double truth) {
    return interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
  }

  private static void assertCoverage(int held, TestReporter reporter) {
    double coverage = (double) held / SIMULATIONS;
    reporter.publishEntry("coverage", Double.toString(coverage));

    assertTrue(coverage >= 0.93 && coverage <= 0.97, "coverage " + coverage);
  }
}
