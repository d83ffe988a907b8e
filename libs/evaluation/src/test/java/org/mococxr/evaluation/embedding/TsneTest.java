package org.mococxr.evaluation.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;

class TsneTest {

  @Test
  void everyConditionalDistributionHasThePerplexityAskedFor() {
    double[][] distances = Affinities.squaredDistances(clusters(90, 20));
    for (double perplexity : new double[] {2, 10, 29.5, 60}) {
      for (int i = 0; i < distances.length; i++) {
        double[] p = Affinities.conditional(distances[i], i, perplexity);
        double bits = 0;
        for (double share : p) {
          bits -= share > 0 ? share * Math.log(share) / Math.log(2) : 0;
        }
        assertEquals(0, p[i]);
        assertEquals(1, Arrays.stream(p).sum(), 1e-12);
        assertEquals(perplexity, Math.pow(2, bits), 1e-4 * perplexity);
      }
    }
  }

  @Test
  void jointAffinitiesAreSymmetricAndSumToOne() {
    double[][] joint = Affinities.joint(clusters(45, 5), 10);
    double sum = 0;
    for (int i = 0; i < joint.length; i++) {
      for (int j = 0; j < joint.length; j++) {
        assertEquals(joint[i][j], joint[j][i]);
        sum += joint[i][j];
      }
    }
    assertEquals(1, sum, 1e-12);
  }

  @Test
  void theGradientIsThatOfTheDivergence() {
    int n = 12;
    double[] affinities = Tsne.flat(Affinities.joint(clusters(n, 4), 3));
    RandomStream random = RandomStream.of(3, "places");
    double[] places = IntStream.range(0, 2 * n).mapToDouble(i -> random.nextGaussian()).toArray();
    double[] gradient = new double[2 * n];
    Tsne.gradient(affinities, places, 1, new double[affinities.length], gradient);
    double h = 1e-5;
    for (int i = 0; i < 2 * n; i++) {
      double[] up = places.clone();
      double[] down = places.clone();
      up[i] += h;
      down[i] -= h;
      double numerical = (divergence(affinities, up) - divergence(affinities, down)) / (2 * h);
      assertEquals(numerical, gradient[i], 1e-8);
    }
  }

  /**
   * KL(P ‖ Q) in nats, which the layout makes small.
   *
   * @param affinities p of the pairs i > j
   * @param places x and y in turn
   */
  private static double divergence(double[] affinities, double[] places) {
    double[] near = new double[affinities.length];
    int pair = 0;
    for (int i = 0; i < places.length / 2; i++) {
      for (int j = 0; j < i; j++, pair++) {
        double dx = places[2 * i] - places[2 * j];
        double dy = places[2 * i + 1] - places[2 * j + 1];
        near[pair] = 1 / (1 + dx * dx + dy * dy);
      }
    }
    double total = 2 * Arrays.stream(near).sum();
    return IntStream.range(0, near.length)
        .filter(k -> affinities[k] > 0)
        .mapToDouble(k -> 2 * affinities[k] * Math.log(affinities[k] * total / near[k]))
        .sum();
  }

  @Test
  void threeClustersThatAreFarApartStayApartAndTheLayoutFits() {
    double[][] points = clusters(150, 32);
    double[][] layout = Tsne.layout(points, Tsne.Options.defaults(1));
    double[][] distances = Affinities.squaredDistances(layout);
    int agreeing = 0;
    for (int i = 0; i < layout.length; i++) {
      int nearest = i == 0 ? 1 : 0;
      for (int j = 0; j < layout.length; j++) {
        nearest = j != i && distances[i][j] < distances[i][nearest] ? j : nearest;
      }
      agreeing += nearest % 3 == i % 3 ? 1 : 0;
    }
    assertTrue(agreeing > 0.95 * layout.length, agreeing + " of " + layout.length);

    double[] affinities = Tsne.flat(Affinities.joint(points, 30));
    double[] found = Arrays.stream(layout).flatMapToDouble(Arrays::stream).toArray();
    RandomStream random = RandomStream.of(4, "chance");
    double[] chance = Arrays.stream(found).map(at -> 10 * random.nextGaussian()).toArray();
    assertTrue(
        divergence(affinities, found) < 0.5 * divergence(affinities, chance),
        "the layout is much nearer to the affinities than chance");
  }

  @Test
  void theSameSeedGivesTheSameBitsAndAnotherAnotherLayout() {
    double[][] points = clusters(60, 8);
    double[][] first = Tsne.layout(points, new Tsne.Options(10, 100, 5));
    double[][] second = Tsne.layout(points, new Tsne.Options(10, 100, 5));
    double[][] other = Tsne.layout(points, new Tsne.Options(10, 100, 6));
    for (int i = 0; i < first.length; i++) {
      assertArrayEquals(first[i], second[i]);
    }
    assertFalse(Arrays.deepEquals(first, other));
  }

  @Test
  void pointsThatAreAllTheSameStillHavePlaces() {
    double[][] same = new double[Tsne.FEWEST][3];
    for (double[] place : Tsne.layout(same, Tsne.Options.defaults(1))) {
      assertTrue(Double.isFinite(place[0]) && Double.isFinite(place[1]));
    }
    double[][] few = new double[Tsne.FEWEST - 1][3];
    assertThrows(IllegalArgumentException.class, () -> Tsne.layout(few, Tsne.Options.defaults(1)));
  }

  @Test
  void threeHundredPointsTakeLessThanFiveSeconds() {
    double[][] points = clusters(300, 512);
    // Of processor time: other work on the machine does not count.
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long begun = thread.getCurrentThreadCpuTime();
    Tsne.layout(points, Tsne.Options.defaults(1));
    Duration took = Duration.ofNanos(thread.getCurrentThreadCpuTime() - begun);
    assertTrue(took.toSeconds() < 5, "took " + took);
  }

  /** Points of three Gaussian clusters in turn, far apart. */
  private static double[][] clusters(int n, int dimensions) {
    RandomStream random = RandomStream.of(2, "clusters");
    double[][] points = new double[n][dimensions];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < dimensions; k++) {
        points[i][k] = random.nextGaussian() + (k % 3 == i % 3 ? 8 : 0);
      }
    }
    return points;
  }
}
