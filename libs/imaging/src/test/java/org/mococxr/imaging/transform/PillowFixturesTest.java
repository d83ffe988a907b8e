package org.mococxr.imaging.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mococxr.foundation.Json;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;

/** Every operation of the fixtures gives Pillow's picture to within one grey level. */
class PillowFixturesTest {

  static Stream<JsonNode> operations() throws IOException {
    try (InputStream in = resource("transforms.json")) {
      return StreamSupport.stream(Json.MAPPER.readTree(in).spliterator(), false);
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void agreesWithPillowWithinOneGreyLevel(JsonNode fixture) throws IOException {
    GreyImage actual = transform(fixture.get("op")).apply(image("image_97x131.png"));
    GreyImage expected = image(fixture.get("file").asText());
    assertEquals(fixture.get("width").asInt(), actual.width());
    assertEquals(fixture.get("height").asInt(), actual.height());
    int worst = 0;
    for (int y = 0; y < expected.height(); y++) {
      for (int x = 0; x < expected.width(); x++) {
        worst = Math.max(worst, Math.abs(expected.at(x, y) - actual.at(x, y)));
      }
    }
    assertTrue(worst <= 1, fixture.get("op") + " differs by " + worst + " grey levels");
  }

  private static Transform transform(JsonNode op) {
    String name = op.fieldNames().next();
    JsonNode value = op.get(name);
    return switch (name) {
      case "resize_shorter_side" -> Resize.shorterSide(value.asInt());
      case "resize" -> Resize.to(value.get(1).asInt(), value.get(0).asInt());
      case "rotate_degrees_counterclockwise" -> new Rotate(value.asDouble());
      case "center_crop" -> new CenterCrop(value.asInt());
      case "flip" -> Flip.HORIZONTAL;
      case "resized_crop" ->
          new ResizedCrop(
              value.get("left").asInt(),
              value.get("top").asInt(),
              value.get("width").asInt(),
              value.get("height").asInt(),
              value.get("size").get(1).asInt(),
              value.get("size").get(0).asInt());
      case "brightness" -> new Brightness(value.asDouble());
      case "contrast" -> new Contrast(value.asDouble());
      case "sharpness" -> new Sharpness(value.asDouble());
      case "gaussian_blur_sigma" -> new GaussianBlur(value.asDouble());
      default -> throw new AssertionError("no transform for " + name);
    };
  }

  private static GreyImage image(String name) throws IOException {
    try (InputStream in = resource(name)) {
      return new ImageDecoder(DecodeLimits.defaults()).decode(in.readAllBytes(), name);
    }
  }

  private static InputStream resource(String name) {
    return PillowFixturesTest.class.getResourceAsStream("/fixtures/" + name);
  }
}
