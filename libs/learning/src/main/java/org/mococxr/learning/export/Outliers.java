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

/**
 * What pictures look like that a model was made for, learnt of its validation set.
 *
 * @param features their distribution, for the network's output {@code distance}
 * @param learnt what the bundle says, but for what is warned of in the test
 */
record Outliers(Subspace features, OutlierStatistics learnt) {
  /** More pictures hardly move the thresholds. */
  static final int MOST_IMAGES = 500;

  /** Pictures of the test that are warned of or not, in each way of turning them. */
  static final int MOST_TESTED = 100;

  private static final int COMPONENTS = 16;
  private static final int BATCH = 16;

  /** What is done to the test's pictures, by its name in model.json. */
  private static final Map<String, UnaryOperator<GreyImage>> KINDS = kinds();

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
    List<double[]> rows;
    try (OnnxModel session = new OnnxModel(onnx)) {
      List<GreyImage> upright = appearance.kept().stream().map(pictures::get).toList();
      rows = rows(session, upright, OnnxWriter.FEATURES);
    }
    double[] distances =
        Thresholds.crossFitted(rows, others -> Subspace.fit(others, COMPONENTS)::distance);
    int turned = pictures.size() - rows.size();
    progress.update(
        "learning what validation images look like",
        pictures.size(),
        pictures.size(),
        Map.of("rotated or inverted", (double) turned));
    return new Outliers(
        Subspace.fit(rows, COMPONENTS),
        new OutlierStatistics(
            rows.size(), turned, appearance.appearance(), Thresholds.of(distances), Map.of()));
  }

  /**
   * What the bundle says, with what is warned of in the test.
   *
   * @param onnx the network, with the output {@code distance}
   * @param pictures of the test
   */
  OutlierStatistics statistics(byte[] onnx, List<GreyImage> pictures) {
    Map<String, Double> warned = new LinkedHashMap<>();
    try (OnnxModel session = new OnnxModel(onnx)) {
      KINDS.forEach(
          (kind, change) ->
              warned.put(kind, warned(session, pictures.stream().map(change).toList())));
    }
    return learnt.withWarned(warned);
  }

  private double warned(OnnxModel session, List<GreyImage> pictures) {
    List<double[]> distances = rows(session, pictures, OnnxWriter.DISTANCE);
    int warned = 0;
    for (int i = 0; i < pictures.size(); i++) {
      GreyImage picture = pictures.get(i);
      boolean outlier =
          learnt.isUnlike(picture, distances.get(i)[0])
              || !learnt.appearance().orientation(picture).equals(Orientation.UPRIGHT);
      warned += outlier ? 1 : 0;
    }
    return (double) warned / pictures.size();
  }

  private static List<double[]> rows(OnnxModel session, List<GreyImage> pictures, String output) {
    List<double[]> rows = new ArrayList<>();
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
    return rows;
  }

  private static Map<String, UnaryOperator<GreyImage>> kinds() {
    Map<String, UnaryOperator<GreyImage>> kinds = new LinkedHashMap<>();
    kinds.put("none", picture -> picture);
    kinds.put("inverted", Outliers::inverted);
    for (int clockwise : new int[] {90, 180, 270, 45}) {
      kinds.put("rotated " + clockwise, new Rotate(-clockwise)::apply);
    }
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
}
