package org.mococxr.inference.prediction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.NullNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.outliers.Appearance;
import org.mococxr.imaging.outliers.OutlierStatistics;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.inference.bundle.InputGeometry;
import org.mococxr.inference.bundle.ModelDescription;

class ImageChecksTest {
  private static final GreyImage PICTURE = picture();

  private static GreyImage picture() {
    byte[] pixels = new byte[64];
    for (int i = 0; i < 64; i++) {
      pixels[i] = (byte) (i * i / 32);
    }
    return new GreyImage(8, 8, pixels);
  }

  private static List<String> kinds(OptionalDouble distance) {
    Appearance appearance =
        Appearance.fit(Collections.nCopies(60, PICTURE)).orElseThrow().appearance();
    ModelDescription model =
        new ModelDescription(
            "m",
            "1",
            List.of("Mass"),
            false,
            new InputGeometry(Geometry.shorterSide(8), 8),
            Map.of(),
            Map.of(),
            Optional.of(new OutlierStatistics(60, 0, appearance, 5, Map.of())),
            "0".repeat(64),
            Optional.empty(),
            NullNode.getInstance());
    return ImageChecks.warnings(new Decoding.View(8, 8, PICTURE), model, Optional.empty(), distance)
        .stream()
        .map(ImageChecks.Warning::kind)
        .toList();
  }

  @Test
  void featuresBeyondTheLimitOrWithoutADistanceAreWarnedOf() {
    assertEquals(List.of(), kinds(OptionalDouble.of(5)));
    assertEquals(List.of("unlike"), kinds(OptionalDouble.of(5.1)));
    assertEquals(List.of("unlike"), kinds(OptionalDouble.of(Double.NaN)));
    assertEquals(List.of("unlike"), kinds(OptionalDouble.of(Double.POSITIVE_INFINITY)));
  }
}
