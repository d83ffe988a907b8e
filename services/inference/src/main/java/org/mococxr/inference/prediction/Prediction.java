package org.mococxr.inference.prediction;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What X-rays show, with what is needed to repeat the answer.
 *
 * @param model the model's name
 * @param version its version
 * @param provenance the digests that vouch for the answer
 * @param image the X-ray as it came, when there was one
 * @param findings one per task, in the model's order, when there was one study
 * @param studies every study with its images
 * @param warnings what a reader must know of the answer as a whole
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Prediction(
    String model,
    String version,
    Provenance provenance,
    Image image,
    List<Finding> findings,
    List<Study> studies,
    List<String> warnings) {
  /** What every answer must carry. */
  public static final String RESEARCH = "for research only: not a medical device";

  /**
   * @param bundle SHA-256 of the bundle's {@code model.json}, hex
   * @param network SHA-256 of its {@code model.onnx}, hex
   * @param id of this answer: SHA-256 of the two digests and those of the images, hex
   */
  public record Provenance(String bundle, String network, String id) {}

  /**
   * Images of one examination.
   *
   * @param study its id; the image's name when nothing says which study it belongs to
   * @param id of the answer for this study, for feedback: SHA-256 of the bundle's two digests and
   *     those of its images, hex
   * @param findings one per task, in the model's order
   */
  public record Study(String study, String id, List<Finding> findings, List<Image> images) {}

  /**
   * An image as it came.
   *
   * @param name the file's
   * @param width in pixels, as decoded
   * @param height in pixels, as decoded
   * @param sha256 of the bytes that came, hex
   * @param view {@code data:image/png;base64,…} of what the network sees; absent unless layers were
   *     asked for
   * @param warnings what makes the answer for this image less certain
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Image(
      String name, int width, int height, String sha256, String view, List<String> warnings) {}
}
