package org.mococxr.inference.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.outliers.OutlierStatistics;

/**
 * What {@code model.json} says that serving depends on.
 *
 * @param name the model's name, one of its URL's segments
 * @param version its version, likewise
 * @param tasks what is found, in the order of the outputs' columns
 * @param multiClass whether exactly one task is true of a study, and the probabilities add up to 1
 * @param geometry how a picture becomes the network's input
 * @param thresholds per task the probability in [0, 1] from which a finding counts as positive
 * @param reference per task, how the test's probabilities lay; older bundles have none
 * @param outliers what tells pictures that the model was not made for; older bundles have none
 * @param networkDigest SHA-256 of {@code model.onnx}, hex
 * @param selfTest what the network must answer before it serves; empty in older bundles
 * @param document the whole document: calibration, metrics and provenance travel through unread
 */
public record ModelDescription(
    String name,
    String version,
    List<String> tasks,
    boolean multiClass,
    InputGeometry geometry,
    Map<String, Double> thresholds,
    Map<String, Reference> reference,
    Optional<OutlierStatistics> outliers,
    String networkDigest,
    Optional<SelfTest> selfTest,
    JsonNode document) {

  /** Where a task without a threshold of its own is judged. */
  public static final double DEFAULT_THRESHOLD = 0.5;

  /** A name or version is a segment of a URL. */
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /** Checks name and version, and copies its collections. */
  public ModelDescription {
    requireSegment("name", name);
    requireSegment("version", version);
    tasks = List.copyOf(tasks);
    thresholds = Map.copyOf(thresholds);
    reference = Map.copyOf(reference);
  }

  private static void requireSegment(String field, String value) {
    if (value == null || !SEGMENT.matcher(value).matches()) {
      throw new UserErrorException(
          "a model's " + field,
          "is " + value,
          "up to 128 letters, digits, '.', '_' and '-', beginning with one of the first two");
    }
  }

  /** The same model under another name. */
  ModelDescription publishedAs(String newName, String newVersion) {
    return new ModelDescription(
        newName,
        newVersion,
        tasks,
        multiClass,
        geometry,
        thresholds,
        reference,
        outliers,
        networkDigest,
        selfTest,
        document);
  }

  /** The probability from which {@code task} counts as positive. */
  public double threshold(String task) {
    return thresholds.getOrDefault(task, DEFAULT_THRESHOLD);
  }

  /** Whether the network says that it is computed in float16. */
  public boolean isHalfPrecision() {
    return document.path("rounding").path("precision").asText().equals("float16");
  }
}
