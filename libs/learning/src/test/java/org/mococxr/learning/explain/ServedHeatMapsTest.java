package org.mococxr.learning.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.BundleDescription;
import org.mococxr.learning.export.Classifier;
import org.mococxr.learning.export.Numbers;
import org.mococxr.learning.export.OnnxWriter;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.testing.Wave;
import org.mococxr.specs.training.ImageOptions;

class ServedHeatMapsTest {
  private static final int SIZE = 96;
  private static final List<String> TASKS = List.of("Edema", "Mass");
  private static final Encoder ENCODER =
      Encoder.random("resnet18_w16", 2, Normalisation.CHEXPERT, Geometry.shorterSide(SIZE), SIZE);
  private static final LinearHead HEAD =
      new LinearHead(
          TASKS, Wave.of("head", 2 * ENCODER.network().featureDimension()), new float[2]);

  @Test
  void theServedModelsOwnMapIsGradCamOfTheTrainedOne() {
    try (GradCam cam = new GradCam(ENCODER, HEAD, ENCODER.network().featureMap());
        ServedHeatMaps served = new ServedHeatMaps(bundle())) {
      GreyImage view = served.view(noise(SIZE, SIZE));
      for (int task = 0; task < TASKS.size(); task++) {
        HeatMap expected = cam.map(view, task);
        HeatMap actual = served.map(view, task);
        assertEquals(expected.width(), actual.width());
        assertArrayEquals(expected.values(), actual.values(), 1e-3f);
      }
    }
  }

  @Test
  void theViewOfAWidePictureIsItsMiddle() {
    GreyImage wide = noise(3 * SIZE, SIZE);
    try (ServedHeatMaps served = new ServedHeatMaps(bundle())) {
      GreyImage view = served.view(wide);
      assertEquals(SIZE, view.width());
      assertEquals(SIZE, view.height());
      assertEquals(wide.at(SIZE, 0), view.at(0, 0));
      assertEquals(wide.at(2 * SIZE - 1, SIZE - 1), view.at(SIZE - 1, SIZE - 1));
    }
  }

  private static Bundle bundle() {
    byte[] onnx =
        OnnxWriter.classifier(
            Classifier.of(
                new Checkpoint(ENCODER, HEAD),
                List.of(new Calibration.None(), new Calibration.None())),
            Numbers.FLOAT32,
            Optional.empty());
    return Bundle.of(
        onnx,
        new BundleDescription(
            null,
            "two",
            "1",
            TASKS,
            null,
            "resnet18_w16",
            new BundleDescription.Input(
                ImageOptions.Geometry.SHORTER_SIDE, SIZE, SIZE, SIZE, Normalisation.CHEXPERT),
            "zeros",
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            null,
            Map.of(),
            null,
            null,
            Map.of()));
  }

  private static GreyImage noise(int width, int height) {
    RandomStream random = RandomStream.of(6, "picture");
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    return new GreyImage(width, height, pixels);
  }
}
