package org.mococxr.inference.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;

/**
 * A picture and the probabilities that the exporter found for it by another engine: a network that
 * does not give them here does not serve.
 *
 * @param pixels the network's input, row-major
 * @param probabilities by task
 * @param tolerance largest difference of a probability
 */
public record SelfTest(byte[] pixels, List<Double> probabilities, double tolerance) {

  /**
   * @param node the field {@code selfTest}; missing in bundles of older exporters
   */
  static Optional<SelfTest> read(JsonNode node, int side, int tasks, String location) {
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    List<Double> probabilities = new ArrayList<>();
    node.path("probabilities").forEach(value -> probabilities.add(value.asDouble(Double.NaN)));
    double tolerance = node.path("tolerance").asDouble(Double.NaN);
    if (probabilities.size() != tasks || !(tolerance > 0 && tolerance < 1)) {
      throw new UserErrorException(
          location,
          "has " + probabilities.size() + " probabilities and the tolerance " + tolerance,
          "one for each of " + tasks + " tasks, and a tolerance within 0 to 1");
    }
    return Optional.of(
        new SelfTest(
            pixels(node.path("image").asText(), side, location), probabilities, tolerance));
  }

  private static byte[] pixels(String base64, int side, String location) {
    byte[] png;
    try {
      png = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(location + ".image", "is not base64", "a PNG in base64", e);
    }
    GreyImage image = new ImageDecoder(DecodeLimits.defaults()).decode(png, location + ".image");
    if (image.width() != side || image.height() != side) {
      throw new UserErrorException(
          location + ".image", "is " + image, "the network's input of " + side + " × " + side);
    }
    return image.pixels();
  }
}
