package org.mococxr.learning.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.ImageOptions;

class ImageInputTest {
  private static final Geometry OF_ENCODER = Geometry.square(256);

  private static ImageOptions image(Map<String, Object> given) {
    return Options.read(given, ImageOptions.class, "image");
  }

  @Test
  void theResizeMayBeLargerThanTheView() {
    ImageOptions image = image(Map.of("resize", 365, "crop", 320));
    assertEquals(320, ImageInput.size(image, 224));
    assertEquals(Geometry.square(365), ImageInput.geometry(image, OF_ENCODER, 320));
    assertEquals(OF_ENCODER, ImageInput.geometry(ImageOptions.DEFAULT, OF_ENCODER, 224));
    assertEquals(
        Geometry.square(224), ImageInput.geometry(image(Map.of("size", 224)), OF_ENCODER, 224));
    assertThrows(UserErrorException.class, () -> image(Map.of("resize", 300, "size", 320)));
    assertThrows(
        UserErrorException.class,
        () -> ImageInput.geometry(image(Map.of("resize", 300)), OF_ENCODER, 320));
  }

  @Test
  void bgrTurnsTheNumbersOfImagenetRoundOnce() {
    float[] bgr = {0.406f, 0.456f, 0.485f};
    ImageOptions named = image(Map.of("channels", "bgr", "normalisation", "imagenet"));
    assertArrayEquals(bgr, ImageInput.normalisation(named, Normalisation.CHEXPERT).mean());
    ImageOptions alone = image(Map.of("channels", "bgr"));
    Normalisation carried = ImageInput.normalisation(alone, Normalisation.IMAGENET);
    assertArrayEquals(bgr, carried.mean());
    assertArrayEquals(new float[] {0.225f, 0.224f, 0.229f}, carried.std());
    assertEquals(carried, ImageInput.normalisation(alone, carried));
    assertEquals(
        Normalisation.IMAGENET,
        ImageInput.normalisation(image(Map.of("channels", "rgb")), Normalisation.IMAGENET));
  }
}
