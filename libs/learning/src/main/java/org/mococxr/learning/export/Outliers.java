package org.mococxr.learning.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.outliers.Appearance;
import org.mococxr.imaging.outliers.Orientation;
import org.mococxr.imaging.outliers.OutlierStatistics;
import org.mococxr.imaging.outliers.Subspace;
import org.mococxr.imaging.outliers.Thresholds;
import org.mococxr.imaging.transform.Rotate;

/** Learns of the validation set what pictures look like that a model was made for. */
final class Outliers {
  /** More pictures hardly move the thresholds. */
  static final int MOST_IMAGES = 500;

  /** Pictures of the test that are warned of or not, in each way of turning them. */
  static final int MOST_TESTED = 100;

  private static final int COMPONENTS = 16;
  private static final int BATCH = 16;

  /** What is done to the test's pictures, by its name in model.json. */
  private static final Map<String, UnaryOperator<GreyImage>> KINDS = kinds();

  private final Subspace features;
  private final Appearance appearance;
  private final int images;
  private final int turned;
  private final double featureDistance;

  private Outliers(
      Subspace features, Appearance.Fit appearance, int turned, double featureDistance) {
    this.features = features;
    this.appearance = appearance.appearance();
    this.images = appearance.kept().size();
    this.turned = turned;
    this.featureDistance = featureDistance;
  }

  /**
   * Learns; empty where there are too few upright pictures.
   *
   * @param onnx the network, with the output {@code features}
   * @param pictures of the validation set
   */
  static Optional<Outliers> fit(byte[] onnx, List<GreyImage> pictures, Progress progress) {
    return Appearance.fit(pictures).map(appearance -> fit(onnx, pictures, appearance, progress));
  }

  private static Outliers fit(
      byte[] onnx, List<GreyImage> pictures, Appearance.Fit appearance, Progress progress) {
    List<double[]> rows =
        rows(onnx, appearance.kept().stream().map(pictures::get).toList(), OnnxWriter.FEATURES);
    double[] distances =
        Thresholds.crossFitted(rows, others -> Subspace.fit(others, COMPONENTS)::distance);
    int turned = pictures.size() - rows.size();
    progress.update(
        "learning what validation images look like",
        pictures.size(),
        pictures.size(),
        Map.of("rotated or inverted", (double) turned));
    return new Outliers(
        Subspace.fit(rows, COMPONENTS), appearance, turned, Thresholds.of(distances));
  }

  /** The distribution of the features, for the network's output {@code distance}. */
  Subspace features() {
    return features;
  }

  /**
   * What the bundle says, with what was warned of in the test.
   *
   * @param onnx the network, with the output {@code distance}
   * @param pictures of the test
   */
  OutlierStatistics statistics(byte[] onnx, List<GreyImage> pictures) {
    Map<String, Double> warned = new LinkedHashMap<>();
    KINDS.forEach((kind, change) -> warned.put(kind, warned(onnx, pictures, change)));
    return new OutlierStatistics(images, turned, appearance, featureDistance, warned);
  }

  private double warned(byte[] onnx, List<GreyImage> pictures, UnaryOperator<GreyImage> change) {
    List<GreyImage> changed = pictures.stream().map(change).toList();
    List<double[]> distances = rows(onnx, changed, OnnxWriter.DISTANCE);
    int warned = 0;
    for (int i = 0; i < changed.size(); i++) {
      boolean outlier =
          distances.get(i)[0] > featureDistance
              || appearance.isUnlike(changed.get(i))
              || !appearance.orientation(changed.get(i)).equals(Orientation.UPRIGHT);
      warned += outlier ? 1 : 0;
    }
    return (double) warned / changed.size();
  }

  private static List<double[]> rows(byte[] onnx, List<GreyImage> pictures, String output) {
    List<double[]> rows = new ArrayList<>();
    try (OnnxModel session = new OnnxModel(onnx)) {
      for (int from = 0; from < pictures.size(); from += BATCH) {
        List<GreyImage> batch = pictures.subList(from, Math.min(from + BATCH, pictures.size()));
        float[] values = session.run(batch).get(output);
        int length = values.length / batch.size();
        for (int i = 0; i < batch.size(); i++) {
          double[] row = new double[length];
          for (int j = 0; j < length; j++) {
            row[j] = values[i * length + j];
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  private static Map<String, UnaryOperator<GreyImage>> kinds() {
    Map<String, UnaryOperator<GreyImage>> kinds = new LinkedHashMap<>();
    kinds.put("none", picture -> picture);
    kinds.put("inverted", Outliers::inverted);
    kinds.put("rotated 90", Outliers::rotated);
    kinds.put("rotated 180", picture -> rotated(rotated(picture)));
    kinds.put("rotated 270", picture -> rotated(rotated(rotated(picture))));
    kinds.put("rotated 45", picture -> new Rotate(-45).apply(picture));
    kinds.put("part", Outliers::part);
    return kinds;
  }

  private static GreyImage inverted(GreyImage picture) {
    byte[] pixels = new byte[picture.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (255 - (picture.pixels()[i] & 0xFF));
    }
    return new GreyImage(picture.width(), picture.height(), pixels);
  }

  /** The lower right quarter, enlarged. */
  private static GreyImage part(GreyImage picture) {
    int side = picture.width();
    byte[] pixels = new byte[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        pixels[y * side + x] = (byte) picture.at((side + x) / 2, (side + y) / 2);
      }
    }
    return new GreyImage(side, side, pixels);
  }

  /** Clockwise. */
  private static GreyImage rotated(GreyImage picture) {
    int side = picture.width();
    byte[] pixels = new byte[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        pixels[y * side + x] = picture.pixels()[(side - 1 - x) * side + y];
      }
    }
    return new GreyImage(side, side, pixels);
  }
}
