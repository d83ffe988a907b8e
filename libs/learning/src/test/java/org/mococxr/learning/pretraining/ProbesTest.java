package org.mococxr.learning.pretraining;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.foundation.RandomStream;

class ProbesTest {
  @Test
  void choleskySolvesByHand() {
    // [4 2; 2 3] x = [8; 7] has x = [1.25, 1.5]; the upper triangle is not read.
    double[] x = RidgeProbe.solve(new double[][] {{4, Double.NaN}, {2, 3}}, new double[] {8, 7});
    assertArrayEquals(new double[] {1.25, 1.5}, x, 1e-12);
  }

  @Test
  void linearProbeFindsTheDirectionThatMatters() {
    RandomStream random = RandomStream.of(1, "test");
    double[][] x = new double[200][5];
    boolean[] y = new boolean[200];
    for (int i = 0; i < 200; i++) {
      for (int j = 0; j < 5; j++) {
        x[i][j] = random.nextGaussian() * (j + 1) + 10 * j;
      }
      y[i] = (x[i][3] - 30) / 4 + 0.1 * random.nextGaussian() > 0;
    }
    assertTrue(Metrics.auroc(RidgeProbe.scores(x, y, x), y) > 0.98);
  }

  @Test
  void nearestNeighbourAloneDecidesWhenKIsOne() {
    double[][] train = {{1, 0}, {0, 1}, {-1, 0}};
    boolean[] positive = {true, false, true};
    double[][] test = {{0.9, 0.1}, {0.1, 0.9}};
    assertArrayEquals(new double[] {1, 0}, NeighbourProbe.scores(train, positive, test, 1), 1e-12);
  }

  @Test
  void votesWeighByTheirSimilarity() {
    double[][] train = {{1, 0}, {0.8, 0.6}};
    double[] scores =
        NeighbourProbe.scores(train, new boolean[] {true, false}, new double[][] {{1, 0}}, 20);
    assertEquals(1 / (1 + Math.exp(-0.2 / 0.07)), scores[0], 1e-12);
  }
}
