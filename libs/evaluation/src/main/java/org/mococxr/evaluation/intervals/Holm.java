package org.mococxr.evaluation.intervals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.mococxr.evaluation.intervals.ExperimentIntervals.Difference;

/**
 * Holm's (1979) step-down adjustment of p-values for several comparisons: the k-th smallest of n is
 * multiplied by n − k + 1, and no adjusted value is below a smaller one's.
 */
final class Holm {
  private Holm() {}

  /** The differences with their adjusted p-values; those without a p-value as they are. */
  static List<Difference> adjust(List<Difference> differences) {
    List<Integer> compared =
        IntStream.range(0, differences.size())
            .filter(i -> differences.get(i).pValue() != null)
            .boxed()
            .toList();
    double[] adjusted =
        adjust(compared.stream().mapToDouble(i -> differences.get(i).pValue()).toArray());
    List<Difference> all = new ArrayList<>(differences);
    for (int i = 0; i < adjusted.length; i++) {
      int at = compared.get(i);
      all.set(at, differences.get(at).adjusted(adjusted[i]));
    }
    return all;
  }

  /** Adjusted p-values in the order of the given ones. */
  static double[] adjust(double[] p) {
    List<Integer> ascending =
        IntStream.range(0, p.length).boxed().sorted(Comparator.comparingDouble(i -> p[i])).toList();
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int rank = 0; rank < p.length; rank++) {
      int at = ascending.get(rank);
      largest = Math.max(largest, Math.min(1, (p.length - rank) * p[at]));
      adjusted[at] = largest;
    }
    return adjusted;
  }
}
