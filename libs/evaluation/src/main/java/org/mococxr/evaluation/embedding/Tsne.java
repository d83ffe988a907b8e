package org.mococxr.evaluation.embedding;

import java.util.Arrays;
import org.mococxr.foundation.RandomStream;

/**
 * t-SNE: points in two dimensions whose neighbourhoods are those of points in many (van der Maaten
 * and Hinton, "Visualizing data using t-SNE", JMLR 9, 2008), with all pairs counted: n² time and
 * memory, meant for up to a thousand points or so.
 *
 * <p>As in the paper: symmetric affinities, start from N(0, 10⁻⁴), momentum 0.5 then 0.8, a gain
 * for each coordinate (Jacobs 1988), early exaggeration. The exaggeration (12, for a quarter of the
 * time) and the step are the later ones of Belkina et al., Nature Communications 10:5415 (2019).
 *
 * <p>The same points and seed give the same bits.
 */
public final class Tsne {
  /** Fewer points than this have no neighbourhoods worth a picture. */
  public static final int FEWEST = 8;

  private static final double EXAGGERATION = 12;
  private static final double SMALLEST_GAIN = 0.01;

  private Tsne() {}

  /**
   * How to lay out.
   *
   * @param perplexity about how many neighbours a point has, above 1; at most (n − 1) / 3 is used
   * @param iterations of gradient descent
   * @param seed of the start
   */
  public record Options(double perplexity, int iterations, long seed) {
    /** Perplexity 30, 1,000 iterations. */
    public static Options defaults(long seed) {
      return new Options(30, 1000, seed);
    }

    public Options {
      if (!(perplexity > 1) || iterations < 1) {
        throw new IllegalArgumentException(
            "perplexity %s, %d iterations".formatted(perplexity, iterations));
      }
    }

    /** The perplexity for so many points. */
    double perplexityOf(int points) {
      return Math.min(perplexity, (points - 1) / 3.0);
    }
  }

  /**
   * Lays points out.
   *
   * @param points {@code [n][d]}, n at least {@value #FEWEST}
   * @return {@code [n][2]}, of mean 0
   */
  public static double[][] layout(double[][] points, Options options) {
    int n = points.length;
    if (n < FEWEST) {
      throw new IllegalArgumentException(n + " points; at least " + FEWEST);
    }
    double[] affinities = flat(Affinities.joint(points, options.perplexityOf(n)));
    double[] places = start(n, options.seed());
    double[] gradient = new double[2 * n];
    double[] velocity = new double[2 * n];
    double[] gains = new double[2 * n];
    Arrays.fill(gains, 1);
    double rate = Math.max(n / EXAGGERATION / 4, 50);
    int early = options.iterations() / 4;
    double[] kernel = new double[n * (n - 1) / 2];
    for (int iteration = 0; iteration < options.iterations(); iteration++) {
      boolean exaggerated = iteration < early;
      gradient(affinities, places, exaggerated ? EXAGGERATION : 1, kernel, gradient);
      step(places, gradient, velocity, gains, rate, exaggerated ? 0.5 : 0.8);
    }
    centre(places);
    double[][] layout = new double[n][];
    for (int i = 0; i < n; i++) {
      layout[i] = new double[] {places[2 * i], places[2 * i + 1]};
    }
    return layout;
  }

  private static double[] start(int n, long seed) {
    RandomStream random = RandomStream.of(seed, "t-SNE");
    double[] places = new double[2 * n];
    for (int i = 0; i < places.length; i++) {
      places[i] = 1e-4 * random.nextGaussian();
    }
    return places;
  }

  private static void step(
      double[] places,
      double[] gradient,
      double[] velocity,
      double[] gains,
      double rate,
      double momentum) {
    for (int i = 0; i < places.length; i++) {
      boolean turned = gradient[i] > 0 == velocity[i] > 0;
      gains[i] = Math.max(SMALLEST_GAIN, turned ? 0.8 * gains[i] : gains[i] + 0.2);
      velocity[i] = momentum * velocity[i] - rate * gains[i] * gradient[i];
      places[i] += velocity[i];
    }
  }

  private static void centre(double[] places) {
    for (int axis = 0; axis < 2; axis++) {
      double mean = 0;
      for (int i = axis; i < places.length; i += 2) {
        mean += places[i] / (places.length / 2);
      }
      for (int i = axis; i < places.length; i += 2) {
        places[i] -= mean;
      }
    }
  }

  /** The pairs i > j of a symmetric matrix, row by row. */
  static double[] flat(double[][] symmetric) {
    int n = symmetric.length;
    double[] pairs = new double[n * (n - 1) / 2];
    int pair = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        pairs[pair++] = symmetric[i][j];
      }
    }
    return pairs;
  }

  /**
   * ∂KL/∂yᵢ = 4 Σⱼ (p(i, j) − q(i, j)) (yᵢ − yⱼ) / (1 + ‖yᵢ − yⱼ‖²), the paper's equation 5.
   *
   * @param affinities p of the pairs i > j
   * @param places x and y in turn
   * @param exaggeration p is taken so many times
   * @param kernel scratch of the pairs' size
   * @param into gets the gradient by each coordinate
   */
  static void gradient(
      double[] affinities, double[] places, double exaggeration, double[] kernel, double[] into) {
    double total = 2 * kernel(places, kernel);
    Arrays.fill(into, 0);
    int n = places.length / 2;
    int pair = 0;
    for (int i = 0; i < n; i++) {
      double x = places[2 * i];
      double y = places[2 * i + 1];
      double alongX = 0;
      double alongY = 0;
      for (int j = 0; j < i; j++, pair++) {
        double near = kernel[pair];
        double pull = 4 * (exaggeration * affinities[pair] - near / total) * near;
        double dx = pull * (x - places[2 * j]);
        double dy = pull * (y - places[2 * j + 1]);
        alongX += dx;
        alongY += dy;
        into[2 * j] -= dx;
        into[2 * j + 1] -= dy;
      }
      into[2 * i] += alongX;
      into[2 * i + 1] += alongY;
    }
  }

  /** Student's kernel 1 / (1 + ‖yᵢ − yⱼ‖²) of the pairs i > j; answers their sum. */
  private static double kernel(double[] places, double[] into) {
    int n = places.length / 2;
    double sum = 0;
    int pair = 0;
    for (int i = 0; i < n; i++) {
      double x = places[2 * i];
      double y = places[2 * i + 1];
      for (int j = 0; j < i; j++, pair++) {
        double dx = x - places[2 * j];
        double dy = y - places[2 * j + 1];
        double near = 1 / (1 + dx * dx + dy * dy);
        into[pair] = near;
        sum += near;
      }
    }
    return sum;
  }
}
