package org.mococxr.learning.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.imaging.outliers.OutlierStatistics;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.specs.training.ImageOptions;

/**
 * {@code model.json}: what a number in or out of {@code model.onnx} means (docs/bundle.md).
 *
 * @param format {@code mococxr-bundle/2}; the first format has no {@code outliers}
 * @param name of the model, as it is served
 * @param version unique among the name's versions
 * @param tasks in the order of the outputs' columns
 * @param classification {@code multi-class} where exactly one task is true of a picture and the
 *     probabilities add up to 1; null where each task stands for itself
 * @param architecture torchvision's name
 * @param input geometry and normalisation
 * @param labelPolicy what training took uncertain and missing labels for
 * @param calibration by task
 * @param thresholds operating threshold on the calibrated probability, by task
 * @param metrics by task, then by metric
 * @param reference by task, how the test's probabilities lie; a task with few studies has none
 * @param outliers what the validation set tells of pictures that the model was not made for; null
 *     where it has too few images
 * @param digests SHA-256 by file name
 * @param selfTest what the network must answer before it serves; null in older bundles
 * @param rounding what the network loses by 8 bits; null in float32
 * @param provenance seed, manifests' digests, encoder, versions
 */
public record BundleDescription(
    String format,
    String name,
    String version,
    List<String> tasks,
    @JsonInclude(JsonInclude.Include.NON_NULL) String classification,
    String architecture,
    Input input,
    String labelPolicy,
    Map<String, Calibration> calibration,
    Map<String, Double> thresholds,
    Map<String, Map<String, Figure>> metrics,
    Map<String, Reference> reference,
    OutlierStatistics outliers,
    Map<String, String> digests,
    SelfTest selfTest,
    @JsonInclude(JsonInclude.Include.NON_NULL) Rounding rounding,
    Map<String, Object> provenance) {
  static final String FORMAT = "mococxr-bundle/2";

  /**
   * Whether thresholds and metrics are by the exported network's own predictions, which lie beside
   * the bundle, since it answers otherwise than one run's test did.
   */
  public boolean testedByItself() {
    return rounding != null
        || provenance.containsKey("checkpoints")
        || provenance.containsKey("runs");
  }

  /**
   * How a picture becomes the input.
   *
   * @param geometry {@code shorter-side}: to {@code resize}, then the centre; {@code square}
   * @param resize target of the shorter side
   * @param width columns of the input
   * @param height rows of the input
   * @param normalisation inside the graph, for information
   */
  public record Input(
      ImageOptions.Geometry geometry,
      int resize,
      int width,
      int height,
      Normalisation normalisation) {}

  /** A value with its interval; bounds are null where there is none. */
  public record Figure(double value, Double lower, Double upper) {}
}
