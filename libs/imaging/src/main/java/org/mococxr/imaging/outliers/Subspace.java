package org.mococxr.imaging.outliers;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import org.mococxr.foundation.RandomStream;

/**
 * Probabilistic principal components (Tipping and Bishop 1999): a normal distribution with the
 * variances of the first components along them and one variance along all other directions. It
 * needs far fewer examples than dimensions.
 *
 * @param mean {@code [d]}
 * @param components {@code [q][d]}, orthonormal
 * @param variances {@code [q]} along the components
 * @param residual variance along each other direction
 */
public record Subspace(double[] mean, double[][] components, double[] variances, double residual) {
  private static final int ITERATIONS = 50;
  private static final MathContext SIX_DIGITS = new MathContext(6);

  /** Checks lengths and signs. */
  public Subspace {
    boolean whole =
        mean != null && components != null && variances != null && mean.length > components.length;
    whole = whole && components.length == variances.length && finite(mean) && residual > 0;
    for (int i = 0; whole && i < components.length; i++) {
      whole = components[i].length == mean.length && finite(components[i]) && variances[i] > 0;
    }
    if (!whole || !Double.isFinite(residual) || !finite(variances)) {
      throw new IllegalArgumentException(
          "a subspace needs components as long as its mean, and a positive variance for each");
    }
  }

  private static boolean finite(double[] values) {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }

  /**
   * Fits {@code rows}, by orthogonal iteration.
   *
   * @param rows {@code [n][d]}
   * @param most components; fewer where there are fewer than ten rows for each
   */
  public static Subspace fit(List<double[]> rows, int most) {
    int d = rows.getFirst().length;
    double[] mean = new double[d];
    for (double[] row : rows) {
      add(mean, row, 1.0 / rows.size());
    }
    List<double[]> centred = rows.stream().map(row -> minus(row, mean)).toList();
    double total = centred.stream().mapToDouble(row -> dot(row, row)).sum() / rows.size();
    int q = Math.max(1, Math.min(Math.min(most, rows.size() / 10), d - 1));
    double[][] components = new double[q][d];
    RandomStream random = RandomStream.of(0, "subspace");
    for (double[] component : components) {
      for (int i = 0; i < d; i++) {
        component[i] = random.nextDouble() - 0.5;
      }
    }
    orthonormalise(components);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      components = times(centred, components);
      orthonormalise(components);
    }
    double[] variances = new double[q];
    double left = total;
    double least = Math.max(1e-12, 1e-6 * total / d);
    for (int k = 0; k < q; k++) {
      for (double[] row : centred) {
        double along = dot(row, components[k]);
        variances[k] += along * along / rows.size();
      }
      left -= variances[k];
      variances[k] = rounded(Math.max(least, variances[k]));
    }
    Arrays.stream(components).forEach(Subspace::round);
    round(mean);
    return new Subspace(mean, components, variances, rounded(Math.max(least, left / (d - q))));
  }

  /** The covariance of {@code rows}, but for a factor, times each of {@code vectors}. */
  private static double[][] times(List<double[]> rows, double[][] vectors) {
    double[][] product = new double[vectors.length][vectors[0].length];
    for (double[] row : rows) {
      for (int k = 0; k < vectors.length; k++) {
        add(product[k], row, dot(row, vectors[k]));
      }
    }
    return product;
  }

  /** Gram and Schmidt's, twice for its rounding errors. */
  private static void orthonormalise(double[][] vectors) {
    for (int k = 0; k < vectors.length; k++) {
      for (int again = 0; again < 2; again++) {
        for (int j = 0; j < k; j++) {
          add(vectors[k], vectors[j], -dot(vectors[k], vectors[j]));
        }
      }
      double length = Math.sqrt(dot(vectors[k], vectors[k]));
      for (int i = 0; i < vectors[k].length; i++) {
        // Rows that span fewer dimensions leave nothing; a zero vector has no share in a distance.
        vectors[k][i] = length < 1e-150 ? 0 : vectors[k][i] / length;
      }
    }
  }

  /** The squared Mahalanobis distance of {@code row} from the mean. */
  public double distance(double[] row) {
    double[] centred = minus(row, mean);
    double sum = dot(centred, centred) / residual;
    for (int k = 0; k < components.length; k++) {
      double along = dot(centred, components[k]);
      sum += along * along * (1 / variances[k] - 1 / residual);
    }
    return sum;
  }

  private static double[] minus(double[] a, double[] b) {
    double[] difference = a.clone();
    add(difference, b, -1);
    return difference;
  }

  private static void add(double[] to, double[] what, double factor) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * what[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void round(double[] values) {
    Arrays.setAll(values, i -> rounded(values[i]));
  }

  /** So that what is written is what is computed with, and short. */
  private static double rounded(double value) {
    return new BigDecimal(value).round(SIX_DIGITS).doubleValue();
  }
}
