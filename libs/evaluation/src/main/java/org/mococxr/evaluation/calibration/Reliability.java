package org.mococxr.evaluation.calibration;

import java.util.ArrayList;
import java.util.List;
import org.mococxr.evaluation.metrics.Sorting;

/**
 * Observed frequency against predicted probability, in bins.
 *
 * @param bins the bins that hold something, in order of probability
 */
public record Reliability(List<Bin> bins) {

  /**
   * One bin.
   *
   * @param lower smallest probability that belongs to it
   * @param upper largest
   * @param predicted mean predicted probability of its studies
   * @param observed share of its studies that is positive
   * @param count how many studies
   */
  public record Bin(double lower, double upper, double predicted, double observed, int count) {}

  public Reliability {
    bins = List.copyOf(bins);
  }

  /** Bins of equal width over [0, 1]; the last one is closed above. */
  public static Reliability equalWidth(int bins, double[] probabilities, boolean[] positive) {
    double[] sum = new double[bins];
    int[] hits = new int[bins];
    int[] count = new int[bins];
    for (int i = 0; i < probabilities.length; i++) {
      int bin = Math.min(bins - 1, Math.max(0, (int) (probabilities[i] * bins)));
      sum[bin] += probabilities[i];
      hits[bin] += positive[i] ? 1 : 0;
      count[bin]++;
    }
    List<Bin> filled = new ArrayList<>();
    for (int b = 0; b < bins; b++) {
      if (count[b] > 0) {
        filled.add(
            new Bin(
                (double) b / bins,
                (double) (b + 1) / bins,
                sum[b] / count[b],
                (double) hits[b] / count[b],
                count[b]));
      }
    }
    return new Reliability(filled);
  }

  /** Bins with equally many studies, as near as may be; fewer bins where studies are few. */
  public static Reliability equalMass(int bins, double[] probabilities, boolean[] positive) {
    int[] order = Sorting.ascending(probabilities);
    List<Bin> filled = new ArrayList<>();
    for (int b = 0; b < bins; b++) {
      int from = (int) ((long) order.length * b / bins);
      int to = (int) ((long) order.length * (b + 1) / bins);
      if (from == to) {
        continue;
      }
      double sum = 0;
      int hits = 0;
      for (int i = from; i < to; i++) {
        sum += probabilities[order[i]];
        hits += positive[order[i]] ? 1 : 0;
      }
      filled.add(
          new Bin(
              probabilities[order[from]],
              probabilities[order[to - 1]],
              sum / (to - from),
              (double) hits / (to - from),
              to - from));
    }
    return new Reliability(filled);
  }

  /**
   * Expected calibration error: the mean distance of predicted and observed, bins weighted by their
   * studies (Naeini et al. 2015; Guo et al. 2017 use 15 bins of equal width). In [0, 1].
   */
  public double expectedCalibrationError() {
    double sum = 0;
    long total = 0;
    for (Bin bin : bins) {
      sum += bin.count() * Math.abs(bin.predicted() - bin.observed());
      total += bin.count();
    }
    return total == 0 ? Double.NaN : sum / total;
  }
}
