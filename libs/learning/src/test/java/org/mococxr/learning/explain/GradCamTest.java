package org.mococxr.learning.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Planes;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.testing.Wave;
import org.mococxr.specs.training.Layout;

class GradCamTest {
  private static final int SIZE = 96;

  private static Encoder encoder(String architecture) {
    return Encoder.random(architecture, 2, Normalisation.IMAGENET, Geometry.square(SIZE), SIZE);
  }

  private static LinearHead head(Encoder encoder) {
    int d = encoder.network().featureDimension();
    return new LinearHead(List.of("Edema", "Mass"), Wave.of("head", 2 * d), new float[2]);
  }

  private static GreyImage picture() {
    RandomStream random = RandomStream.of(6, "picture");
    byte[] pixels = new byte[SIZE * SIZE];
    for (int i = 0; i < pixels.length; i++) {
      int x = i % SIZE;
      int y = i / SIZE;
      double blob = 180 * Math.exp(-((x - 30) * (x - 30) + (y - 60) * (y - 60)) / 200.0);
      pixels[i] = (byte) Math.clamp(Math.round(blob + random.nextInt(40)), 0, 255);
    }
    return new GreyImage(SIZE, SIZE, pixels);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18_w16", "densenet121", "mnasnet1_0"})
  void onTheLastFeatureMapGradientsAndClosedFormAgree(String architecture) {
    Encoder encoder = encoder(architecture);
    LinearHead head = head(encoder);
    String layer = encoder.network().featureMap();
    long[] shape = encoder.network().shapes(1, SIZE, SIZE).get(layer);
    float[] maps = maps(encoder, layer);
    try (GradCam cam = new GradCam(encoder, head, layer)) {
      for (int task = 0; task < 2; task++) {
        HeatMap expected = closedForm(maps, head, task, (int) shape[2], (int) shape[3]);
        HeatMap actual = cam.map(picture(), task);
        assertArrayEquals(expected.values(), actual.values(), 1e-4f);
      }
    }
  }

  private static float[] maps(Encoder encoder, String layer) {
    Network network = encoder.network();
    try (NDManager manager = Torch.newManager(Torch.devices().getFirst());
        Parameters parameters =
            Parameters.load(manager, network, encoder.parameters(), Layout.CHANNELS_LAST);
        NDManager step = manager.newSubManager();
        GradientMode off = GradientMode.off()) {
      parameters.lend(step);
      NDArray image =
          new Planes(encoder.description().normalisation())
              .images(step, picture(), Layout.CHANNELS_LAST);
      return new TorchExecutor(network)
          .forward(parameters, image, TorchExecutor.Mode.EVALUATE, Set.of(layer))
          .get(layer)
          .toFloatArray();
    }
  }

  /**
   * For a linear head on globally pooled features: the gradient of a logit by a channel is the
   * head's weight over the number of places, so no gradient need be computed.
   *
   * @param maps the last feature map, {@code [d, height, width]}
   */
  private static HeatMap closedForm(
      float[] maps, LinearHead head, int task, int height, int width) {
    int d = head.featureDimension();
    double[] weights = new double[d];
    for (int c = 0; c < d; c++) {
      weights[c] = head.weight()[task * d + c];
    }
    return GradCam.weighted(maps, weights, height, width);
  }

  @Test
  void anEarlierConvolutionGivesAFinerMapWithinZeroAndOne() {
    Encoder encoder = encoder("resnet18_w16");
    try (GradCam cam = new GradCam(encoder, head(encoder), "layer2.1.conv2")) {
      HeatMap map = cam.map(picture(), 0);
      assertEquals(12, map.width());
      float largest = 0;
      for (float value : map.values()) {
        assertTrue(value >= 0 && value <= 1);
        largest = Math.max(largest, value);
      }
      assertEquals(1f, largest);
    }
  }

  @Test
  void theSamePictureGivesTheSameMap() {
    Encoder encoder = encoder("resnet18_w16");
    LinearHead head = head(encoder);
    try (GradCam cam = new GradCam(encoder, head, "layer3.0.bn2")) {
      HeatMap first = cam.map(picture(), 1);
      cam.map(picture(), 0);
      assertArrayEquals(first.values(), cam.map(picture(), 1).values());
    }
  }

  @Test
  void anUnknownLayerIsTheUsersError() {
    Encoder encoder = encoder("resnet18_w16");
    assertThrows(
        UserErrorException.class, () -> new GradCam(encoder, head(encoder), "layer9.conv1"));
    assertThrows(
        UserErrorException.class,
        () -> new GradCam(encoder, head(encoder), encoder.network().features()));
  }
}
