package org.mococxr.evaluation.intervals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.RandomStream;
import org.mococxr.specs.run.IntervalOptions;

/**
 * AUROCs of several models on the same resamples of one test set (method.md §5). A column is one
 * model's scores of one task; every statistic is a weighted sum of columns, so that one model
 * (single), the mean of several draws (multi) and a paired difference of two groups of draws (diff)
 * all come from one pass, truly paired.
 *
 * <p>A resample in which some column's task has one class only is drawn anew, and counted.
 */
public final class Bootstrap {
  /** Redraws allowed per replicate before the sample is called hopeless. */
  private static final int MOST_REDRAWS = 1000;

  /**
   * One model's scores of one task.
   *
   * @param scores by study, the same studies in every column
   * @param labels by study: 1 positive, 0 negative, NaN not known
   */
  public record Column(double[] scores, double[] labels) {
    public Column {
      if (scores.length != labels.length) {
        throw new IllegalArgumentException(
            "%d scores for %d labels".formatted(scores.length, labels.length));
      }
    }

    /** A column in which every label is known. */
    public static Column of(double[] scores, boolean[] positive) {
      double[] labels = new double[positive.length];
      Arrays.setAll(labels, i -> positive[i] ? 1 : 0);
      return new Column(scores, labels);
    }
  }

  private final BootstrapOptions options;
  private final double[] estimates;
  private final double[][] replicates;
  private final double[][] jackknife;
  private final int redrawn;

  private Bootstrap(
      BootstrapOptions options,
      double[] estimates,
      double[][] replicates,
      double[][] jackknife,
      int redrawn) {
    this.options = options;
    this.estimates = estimates;
    this.replicates = replicates;
    this.jackknife = jackknife;
    this.redrawn = redrawn;
  }

  /**
   * Draws the resamples and computes every column's AUROC on each.
   *
   * @param columns at least one, all over the same studies
   * @param patients the patient of each study; used only when patients are resampled
   * @throws IllegalArgumentException if a column has one class only, or nearly, so that resamples
   *     with both are too rare
   */
  public static Bootstrap of(
      List<Column> columns, List<String> patients, BootstrapOptions options) {
    int studies = columns.get(0).scores().length;
    int[][] units = units(studies, patients, options.unit());
    List<Ranking> rankings = new ArrayList<>();
    for (Column column : columns) {
      if (column.scores().length != studies) {
        throw new IllegalArgumentException("columns differ in their number of studies");
      }
      rankings.add(new Ranking(column.scores(), column.labels()));
    }
    int[] weights = new int[studies];
    Arrays.fill(weights, 1);
    double[] estimates = aurocs(rankings, weights);
    if (estimates == null) {
      throw new IllegalArgumentException("AUROC needs both classes");
    }
    double[][] replicates = new double[columns.size()][options.replicates()];
    int redrawn = 0;
    for (int replicate = 0; replicate < options.replicates(); replicate++) {
      RandomStream random = RandomStream.of(options.seed(), "bootstrap", replicate);
      double[] values = null;
      for (int attempt = 0; values == null; attempt++) {
        if (attempt > MOST_REDRAWS) {
          throw new IllegalArgumentException("too few of one class: resamples lack it");
        }
        redrawn += attempt > 0 ? 1 : 0;
        resample(units, random, weights);
        values = aurocs(rankings, weights);
      }
      for (int column = 0; column < values.length; column++) {
        replicates[column][replicate] = values[column];
      }
    }
    double[][] jackknife =
        options.method() == IntervalOptions.Method.BCA
            ? jackknife(rankings, units, studies)
            : new double[columns.size()][0];
    return new Bootstrap(options, estimates, replicates, jackknife, redrawn);
  }

  /** Interval of the mean AUROC of some columns on the same resamples (the method's multi). */
  public Interval mean(List<Integer> columns) {
    double[] coefficients = new double[estimates.length];
    columns.forEach(column -> coefficients[column] += 1.0 / columns.size());
    return combination(coefficients);
  }

  /** Interval of mean(a) − mean(b), paired (the method's diff). */
  public Interval difference(List<Integer> a, List<Integer> b) {
    double[] coefficients = new double[estimates.length];
    a.forEach(column -> coefficients[column] += 1.0 / a.size());
    b.forEach(column -> coefficients[column] -= 1.0 / b.size());
    return combination(coefficients);
  }

  /** Interval of Σ coefficient · AUROC over the columns. */
  public Interval combination(double[] coefficients) {
    double estimate = 0;
    double[] values = new double[options.replicates()];
    double[] leftOut = new double[jackknife[0].length];
    for (int column = 0; column < coefficients.length; column++) {
      double coefficient = coefficients[column];
      if (coefficient == 0) {
        continue;
      }
      estimate += coefficient * estimates[column];
      for (int i = 0; i < values.length; i++) {
        values[i] += coefficient * replicates[column][i];
      }
      for (int i = 0; i < leftOut.length; i++) {
        leftOut[i] += coefficient * jackknife[column][i];
      }
    }
    return Percentiles.interval(estimate, values, leftOut, options.level(), options.method());
  }

  /** How many resamples were drawn anew because a class was missing. */
  public int redrawn() {
    return redrawn;
  }

  /** A column's AUROC on each resample. */
  public double[] replicates(int column) {
    return replicates[column].clone();
  }

  private static double[] aurocs(List<Ranking> rankings, int[] weights) {
    double[] values = new double[rankings.size()];
    for (int column = 0; column < values.length; column++) {
      values[column] = rankings.get(column).auroc(weights);
      if (Double.isNaN(values[column])) {
        return null;
      }
    }
    return values;
  }

  private static void resample(int[][] units, RandomStream random, int[] weights) {
    Arrays.fill(weights, 0);
    for (int i = 0; i < units.length; i++) {
      for (int study : units[random.nextInt(units.length)]) {
        weights[study]++;
      }
    }
  }

  /** Leaves out one unit at a time; one whose absence leaves a single class is passed over. */
  private static double[][] jackknife(List<Ranking> rankings, int[][] units, int studies) {
    List<double[]> rows = new ArrayList<>();
    int[] weights = new int[studies];
    Arrays.fill(weights, 1);
    for (int[] unit : units) {
      for (int study : unit) {
        weights[study] = 0;
      }
      double[] values = aurocs(rankings, weights);
      if (values != null) {
        rows.add(values);
      }
      for (int study : unit) {
        weights[study] = 1;
      }
    }
    double[][] columns = new double[rankings.size()][rows.size()];
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < columns.length; column++) {
        columns[column][row] = rows.get(row)[column];
      }
    }
    return columns;
  }

  private static int[][] units(int studies, List<String> patients, IntervalOptions.Unit unit) {
    if (unit == IntervalOptions.Unit.STUDY) {
      int[][] single = new int[studies][];
      Arrays.setAll(single, i -> new int[] {i});
      return single;
    }
    if (patients.size() != studies) {
      throw new IllegalArgumentException(
          "%d patients for %d studies".formatted(patients.size(), studies));
    }
    Map<String, List<Integer>> byPatient = new LinkedHashMap<>();
    for (int i = 0; i < studies; i++) {
      byPatient.computeIfAbsent(patients.get(i), name -> new ArrayList<>()).add(i);
    }
    return byPatient.values().stream()
        .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }
}
