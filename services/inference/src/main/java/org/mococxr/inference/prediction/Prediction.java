package org.mococxr.inference.prediction;

import java.util.List;

/**
 * An X-ray's findings, with what is needed to repeat them.
 *
 * @param model the model's name
 * @param version its version
 * @param provenance the digests that vouch for the model
 * @param image the X-ray as it came
 * @param findings one per task, in the model's order
 */
public record Prediction(
    String model, String version, Provenance provenance, Image image, List<Finding> findings) {

  /**
   * @param bundle SHA-256 of the bundle's {@code model.json}, hex
   * @param network SHA-256 of its {@code model.onnx}, hex
   */
  public record Provenance(String bundle, String network) {}

  /**
   * @param width in pixels, as decoded
   * @param height in pixels, as decoded
   * @param sha256 of the bytes that came, hex
   */
  public record Image(int width, int height, String sha256) {}
}
