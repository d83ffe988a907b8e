package org.mococxr.bench.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.mococxr.evaluation.intervals.Bootstrap;
import org.mococxr.evaluation.intervals.BootstrapOptions;
import org.mococxr.evaluation.intervals.DeLong;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.evaluation.intervals.ScoreInterval;
import org.mococxr.foundation.RandomStream;
import org.mococxr.specs.run.IntervalOptions.Method;
import org.mococxr.specs.run.IntervalOptions.Unit;

/**
 * How often 95 % intervals hold the truth, over simulated test sets whose AUROC is known: two
 * normal distributions of scores, studies independent or one to four a patient with half of the
 * variance shared. Prints the tables of docs/evaluation.md. Argument: test sets a cell (default
 * 2,000). A cell is marked when the report would mark more than half of its test sets.
 */
public final class CoverageSimulation {
  private static final int[] POSITIVES = {5, 10, 20, 50, 100, 200, 500};
  private static final double[] AUROCS = {0.6, 0.7, 0.8, 0.9, 0.95, 0.99};
  private static final int REPLICATES = 500;
  private static final double LEVEL = 0.95;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final int sets;

  private CoverageSimulation(int sets) {
    this.sets = sets;
  }

  /** Runs the simulation. */
  public static void main(String[] arguments) {
    CoverageSimulation simulation =
        new CoverageSimulation(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2000);
    int missed = 0;
    for (boolean clustered : new boolean[] {false, true}) {
      for (int negatives : new int[] {1, 5}) {
        System.out.printf(
            "%n%s, %d negatives a positive (at least 20): score | difference of two"
                + " (correlation 0.5)%n%n",
            clustered ? "One to four studies a patient" : "Independent studies", negatives);
        System.out.println("| positives | 0.60 | 0.70 | 0.80 | 0.90 | 0.95 | 0.99 |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (int positives : POSITIVES) {
          StringBuilder row = new StringBuilder("| " + positives + " |");
          for (double auroc : AUROCS) {
            Cell cell = simulation.cell(positives, negatives, auroc, clustered);
            row.append(cell.text()).append(" |");
            missed += cell.missed();
          }
          System.out.println(row);
        }
      }
    }
    System.out.printf("%nOutside 93 to 97 %% and not marked: %d%n", missed);
    simulation.others();
  }

  /** The share of sets held by an interval and by a difference, and whether most are marked. */
  private record Cell(double single, double difference, boolean marked) {
    String text() {
      return String.format(
          Locale.ROOT, " %.1f / %.1f%s", 100 * single, 100 * difference, marked ? " ⚠" : "");
    }

    int missed() {
      return marked ? 0 : outside(single) + outside(difference);
    }

    private static int outside(double share) {
      return share < 0.93 || share > 0.97 ? 1 : 0;
    }
  }

  private Cell cell(int positives, int ratio, double auroc, boolean clustered) {
    int negatives = Math.max(20, positives * ratio);
    int held = 0;
    int heldDifference = 0;
    int marked = 0;
    for (int i = 0; i < sets; i++) {
      TestSet set = TestSet.draw(i, positives, negatives, auroc, clustered);
      Interval interval = ScoreInterval.mean(List.of(set.a), set.positive, set.units, LEVEL);
      held += holds(interval, auroc);
      heldDifference +=
          holds(
              ScoreInterval.compare(List.of(set.a), List.of(set.b), set.positive, set.units, LEVEL)
                  .difference(),
              0);
      marked +=
          ScoreInterval.caution(set.positive, set.units, interval.estimate()).isPresent() ? 1 : 0;
    }
    return new Cell((double) held / sets, (double) heldDifference / sets, marked > sets / 2);
  }

  /** The other methods where they are known to fall short: independent studies, few positives. */
  private void others() {
    System.out.println("\n| positives of 60, AUROC 0.95 | score | percentile | BCa | DeLong |");
    System.out.println("|---|---|---|---|---|");
    for (int positives : new int[] {10, 20, 30}) {
      int[] held = new int[4];
      for (int i = 0; i < sets; i++) {
        TestSet set = TestSet.draw(i, positives, 60 - positives, 0.95, false);
        held[0] += holds(ScoreInterval.of(set.a, set.positive, LEVEL), 0.95);
        held[1] += holds(bootstrap(set, Method.PERCENTILE, i), 0.95);
        held[2] += holds(bootstrap(set, Method.BCA, i), 0.95);
        held[3] += holds(DeLong.mean(List.of(set.a), set.positive, LEVEL), 0.95);
      }
      System.out.printf(
          Locale.ROOT,
          "| %d | %.1f | %.1f | %.1f | %.1f |%n",
          positives,
          100.0 * held[0] / sets,
          100.0 * held[1] / sets,
          100.0 * held[2] / sets,
          100.0 * held[3] / sets);
    }
  }

  private static Interval bootstrap(TestSet set, Method method, int seed) {
    return Bootstrap.of(
            List.of(Bootstrap.Column.of(set.a, set.positive)),
            List.of(),
            new BootstrapOptions(REPLICATES, LEVEL, seed, Unit.STUDY, method))
        .mean(List.of(0));
  }

  private static int holds(Interval interval, double truth) {
    return interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
  }

  /** Two models' scores of one test set, both of the same true AUROC, correlated by one half. */
  private record TestSet(double[] a, double[] b, boolean[] positive, int[] units) {
    static TestSet draw(int seed, int positives, int negatives, double auroc, boolean clustered) {
      RandomStream random = RandomStream.of(seed, "coverage", positives, negatives);
      double separation = NORMAL.inverseCumulativeProbability(auroc) * Math.sqrt(2);
      int studies = positives + negatives;
      double[] a = new double[studies];
      double[] b = new double[studies];
      boolean[] positive = new boolean[studies];
      int[] units = new int[studies];
      int unit = -1;
      int left = 0;
      List<double[]> shared = new ArrayList<>();
      for (int i = 0; i < studies; i++) {
        positive[i] = i < positives;
        if (left == 0 || i == positives) {
          unit++;
          left = clustered ? 1 + random.nextInt(4) : 1;
          shared.add(pair(random));
        }
        left--;
        units[i] = unit;
        double[] own = pair(random);
        double[] common = shared.get(unit);
        double weight = clustered ? Math.sqrt(0.5) : 0;
        double rest = clustered ? Math.sqrt(0.5) : 1;
        a[i] = weight * common[0] + rest * own[0] + (positive[i] ? separation : 0);
        b[i] = weight * common[1] + rest * own[1] + (positive[i] ? separation : 0);
      }
      return new TestSet(a, b, positive, units);
    }

    /** Two unit normals with correlation one half. */
    private static double[] pair(RandomStream random) {
      double common = Math.sqrt(0.5) * random.nextGaussian();
      return new double[] {
        common + Math.sqrt(0.5) * random.nextGaussian(),
        common + Math.sqrt(0.5) * random.nextGaussian()
      };
    }
  }
}
