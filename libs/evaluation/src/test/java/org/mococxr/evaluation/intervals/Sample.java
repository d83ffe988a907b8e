package org.mococxr.evaluation.intervals;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.mococxr.foundation.RandomStream;

/**
 * Binormal test sets with a known AUROC: negatives N(0, 1), positives N(separation, 1); the true
 * AUROC is Φ(separation / √2).
 */
record Sample(List<double[]> models, boolean[] positive) {

  static Sample binormal(long seed, int positives, int negatives, int models, double separation) {
    RandomStream random = RandomStream.of(seed, "binormal");
    boolean[] positive = new boolean[positives + negatives];
    List<double[]> scores = new ArrayList<>();
    for (int m = 0; m < models; m++) {
      scores.add(new double[positive.length]);
    }
    for (int i = 0; i < positive.length; i++) {
      positive[i] = i < positives;
      double shared = random.nextGaussian();
      for (double[] each : scores) {
        // Correlation one half between models, as models of one test set have.
        each[i] =
            (positive[i] ? separation : 0)
                + Math.sqrt(0.5) * (models == 1 ? random.nextGaussian() : shared)
                + Math.sqrt(0.5) * random.nextGaussian();
      }
    }
    return new Sample(scores, positive);
  }

  static double auroc(double separation) {
    return NormalDistribution.of(0, 1).cumulativeProbability(separation / Math.sqrt(2));
  }

  List<Bootstrap.Column> columns() {
    return models.stream().map(scores -> Bootstrap.Column.of(scores, positive)).toList();
  }
}
