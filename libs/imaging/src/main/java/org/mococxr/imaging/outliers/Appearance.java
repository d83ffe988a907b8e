package org.mococxr.imaging.outliers;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mococxr.imaging.GreyImage;

/**
 * How upright pictures of a validation set look from afar.
 *
 * @param upright distribution of their thumbnails, {@code 8 × 8} values each
 * @param margin by how much a picture may lie nearer after it was turned or inverted
 * @param distance largest distance of a picture that looks like them
 */
public record Appearance(Subspace upright, double margin, double distance) {
  private static final int COMPONENTS = 8;

  /** A picture is left out of the fit where turning it brings it that much nearer the median. */
  private static final double TURNED = 0.7;

  /** Checks sizes. */
  public Appearance {
    if (upright == null || upright.mean().length != Thumbnail.SIDE * Thumbnail.SIDE) {
      throw new IllegalArgumentException("an appearance has thumbnails of 8 × 8");
    }
    if (!(margin >= 0 && distance >= 0)) {
      throw new IllegalArgumentException(
          "margin " + margin + " or distance " + distance + " is negative");
    }
  }

  /**
   * What was learnt of a set.
   *
   * @param kept indices of the pictures that it was learnt of: all but those that are turned
   */
  public record Fit(Appearance appearance, List<Integer> kept) {}

  /**
   * Learns of {@code pictures}, most of which are upright; empty where fewer than {@link
   * OutlierStatistics#LEAST_IMAGES} are.
   */
  public static Optional<Fit> fit(List<GreyImage> pictures) {
    if (pictures.size() < OutlierStatistics.LEAST_IMAGES) {
      return Optional.empty();
    }
    List<double[]> all = pictures.stream().map(Thumbnail::of).toList();
    double[] median = median(all);
    List<Integer> kept =
        IntStream.range(0, all.size()).filter(i -> !isTurned(all.get(i), median)).boxed().toList();
    if (kept.size() < OutlierStatistics.LEAST_IMAGES) {
      return Optional.empty();
    }
    List<double[]> rows = kept.stream().map(all::get).toList();
    double[] margins =
        Thresholds.crossFitted(
            rows,
            others -> {
              Subspace fit = Subspace.fit(others, COMPONENTS);
              return row -> fit.distance(row) - nearest(fit, row);
            });
    double[] distances =
        Thresholds.crossFitted(rows, others -> Subspace.fit(others, COMPONENTS)::distance);
    return Optional.of(
        new Fit(
            new Appearance(
                Subspace.fit(rows, COMPONENTS), Thresholds.of(margins), Thresholds.of(distances)),
            kept));
  }

  /** The median of each place, which a few turned pictures do not move. */
  private static double[] median(List<double[]> thumbnails) {
    double[] median = new double[thumbnails.getFirst().length];
    for (int place = 0; place < median.length; place++) {
      int at = place;
      double[] sorted = thumbnails.stream().mapToDouble(t -> t[at]).sorted().toArray();
      median[place] = sorted[sorted.length / 2];
    }
    return median;
  }

  private static boolean isTurned(double[] thumbnail, double[] median) {
    double asItIs = squaredDifference(thumbnail, median);
    return Orientation.ALL.stream()
        .map(orientation -> orientation.undo(thumbnail, Thumbnail.SIDE))
        .anyMatch(turned -> squaredDifference(turned, median) < TURNED * asItIs);
  }

  private static double squaredDifference(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  /** The distance of the thumbnail in the orientation in which it lies nearest. */
  private static double nearest(Subspace fit, double[] thumbnail) {
    return Orientation.ALL.stream()
        .mapToDouble(o -> fit.distance(o.undo(thumbnail, Thumbnail.SIDE)))
        .min()
        .orElseThrow();
  }

  /** How {@code picture} lies, as far as its look tells. */
  public Orientation orientation(GreyImage picture) {
    double[] thumbnail = Thumbnail.of(picture);
    Orientation best = Orientation.UPRIGHT;
    double nearest = upright.distance(thumbnail) - margin;
    for (Orientation orientation : Orientation.ALL) {
      double distance = upright.distance(orientation.undo(thumbnail, Thumbnail.SIDE));
      if (!orientation.equals(Orientation.UPRIGHT) && distance < nearest) {
        nearest = distance;
        best = orientation;
      }
    }
    return best;
  }

  /** Whether {@code picture} looks unlike those of the set, however it lies. */
  public boolean isUnlike(GreyImage picture) {
    return nearest(upright, Thumbnail.of(picture)) > distance;
  }
}
