package org.mococxr.learning.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.testing.Fixtures;
import org.mococxr.learning.testing.Wave;

/** Against PyTorch 2.7 in float64: {@code torch/guided_backpropagation.py} makes the numbers. */
class GuidedBackpropagationTest {
  private static final JsonNode NUMBERS = Fixtures.json("guided_backpropagation.json");
  private static final int SIZE = NUMBERS.get("size").asInt();
  private static final List<String> TASKS = List.of("Edema", "Mass");

  private static GreyImage picture() {
    float[] wave = Wave.of("picture", SIZE * SIZE);
    byte[] pixels = new byte[wave.length];
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = (byte) Math.min(255, (int) Math.floor((wave[p] + 1.0) * 128));
    }
    return new GreyImage(SIZE, SIZE, pixels);
  }

  private static Encoder encoder(String architecture, StateDict state) {
    return Encoder.of(
        architecture, state, Normalisation.IMAGENET, Geometry.square(SIZE), SIZE, Map.of(), "test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "densenet121"})
  void theMapIsThatOfPyTorchWithReLUsThatHandBackPositiveGradientsOnly(String architecture) {
    Network network =
        Architectures.named(architecture).withHead(new HeadSpec.Classifier(TASKS.size(), 0));
    StateDict state = Wave.parameters(network);
    LinearHead head = LinearHead.of(TASKS, HeadForm.MULTI_LABEL, state, network.headName());
    try (Evidence guided = new GuidedBackpropagation(encoder(architecture, state), head)) {
      for (JsonNode row : NUMBERS.get("rows")) {
        for (int task = 0; task < 2 && row.get("arch").asText().equals(architecture); task++) {
          double[] expected = Fixtures.doubles(row.get("maps").get(task));
          float[] found = guided.map(picture(), task).values();
          for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i * row.get("every").asInt()], 2e-3, "place " + i);
          }
        }
      }
    }
  }

  @Test
  void aNetworkWithoutReLUsIsTheUsersErrorWithWhatToTake() {
    Encoder encoder =
        Encoder.random("efficientnet_b0", 2, Normalisation.IMAGENET, Geometry.square(SIZE), SIZE);
    int d = encoder.network().featureDimension();
    LinearHead head = new LinearHead(TASKS, new float[2 * d], new float[2]);
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> new GuidedBackpropagation(encoder, head));
    assertEquals("method", e.location());
  }

  @Test
  void whatSeveralModelsSeeIsTheMeanOrTheLargestOfTheirMaps() {
    HeatMap one = new HeatMap(2, 1, new float[] {1, 0});
    HeatMap other = new HeatMap(2, 1, new float[] {0.5f, 1});
    assertArrayEquals(
        new float[] {0.75f, 0.5f}, HeatMap.joined(List.of(one, other), false).values(), 1e-6f);
    assertArrayEquals(
        new float[] {1, 1}, HeatMap.joined(List.of(one, other), true).values(), 1e-6f);
    // A coarse map lies over the whole picture, too: 1 and 0 between their middles are linear.
    HeatMap fine = new HeatMap(4, 1, new float[] {0, 0, 0, 1});
    assertArrayEquals(
        new float[] {0.5f, 0.375f, 0.125f, 0.5f},
        HeatMap.joined(List.of(one, fine), false).values(),
        1e-6f);
  }
}
