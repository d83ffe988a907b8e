package org.mococxr.learning.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.testing.Fixtures;

class ArchitecturesTest {
  static List<JsonNode> references() {
    List<JsonNode> rows = new ArrayList<>();
    Fixtures.json("architectures.json").forEach(rows::add);
    Fixtures.json("architectures_float64.json").get("architectures").forEach(rows::add);
    Fixtures.json("architectures_other.json").get("architectures").forEach(rows::add);
    return rows;
  }

  @ParameterizedTest
  @MethodSource("references")
  void stateDictHasTorchvisionsNamesInOrder(JsonNode reference) {
    Network network =
        Architectures.named(reference.get("arch").asText())
            .withHead(new HeadSpec.Projection(128, true));
    List<String> expected = new ArrayList<>();
    reference.get("names").forEach(n -> expected.add(n.asText()));
    assertEquals(expected, network.parameters().stream().map(ParameterSpec::name).toList());
    assertEquals(reference.get("parameters").asLong(), trained(network));
  }

  @Test
  void resNextsHaveAsManyParametersAsPublished() {
    // torchvision's model pages: 25,028,904 and 83,455,272 with the 1000-class layer.
    HeadSpec imageNet = new HeadSpec.Classifier(1000, 0);
    assertEquals(25_028_904, trained(Architectures.named("resnext50_32x4d").withHead(imageNet)));
    assertEquals(83_455_272, trained(Architectures.named("resnext101_64x4d").withHead(imageNet)));
  }

  private static long trained(Network network) {
    return network.parameters().stream()
        .filter(ParameterSpec::trained)
        .mapToLong(ParameterSpec::elements)
        .sum();
  }

  @Test
  void anUnknownArchitectureIsTheUsersError() {
    assertThrows(UserErrorException.class, () -> Architectures.named("resnet19"));
  }

  @Test
  void shapesFollowFromTheImageSize() {
    for (String name : Architectures.names()) {
      Network network = Architectures.named(name).withHead(new HeadSpec.Classifier(14, 0.2));
      var shapes = network.shapes(2, 224, 224);
      int d = network.featureDimension();
      // Inception's convolutions have no padding: 299 pixels give 8 x 8.
      int side = name.equals("inceptionv4") ? 5 : 7;
      assertArrayEquals(new long[] {2, d, side, side}, shapes.get(network.featureMap()), name);
      assertArrayEquals(new long[] {2, d}, shapes.get(network.features()), name);
      assertArrayEquals(new long[] {2, 14}, shapes.get(network.output()), name);
    }
  }

  @Test
  void aSizeThatTheNetworkCannotComputeIsTheUsersErrorWithTheSize() {
    // 40 pixels: the map of 5 is halved to 2 by convolutions and to 3 by every second pixel.
    Map.of("nasnetalarge", 40, "inceptionv4", 40, "senet154", 2)
        .forEach(
            (name, size) -> {
              String message =
                  assertThrows(
                          UserErrorException.class,
                          () -> Architectures.named(name).shapes(1, size, size))
                      .getMessage();
              assertTrue(
                  message.contains(name + " cannot compute images of " + size + " × " + size),
                  message);
            });
    for (String name : Architectures.names()) {
      for (int size : new int[] {96, 224, 299, 320, 331}) {
        if (!name.equals("nasnetalarge") || size != 299) {
          Architectures.named(name).shapes(1, size, size);
        }
      }
    }
  }

  @Test
  void anotherHeadLeavesTheRandomBackboneAsItIs() {
    Network backbone = Architectures.named("resnet18");
    var plain = Initialisation.random(backbone, 7);
    Network headed = backbone.withHead(new HeadSpec.Projection(128, true));
    var withHead = Initialisation.random(headed, 7);
    assertEquals(plain, withHead.select(n -> !headed.isHead(n), n -> n));
    assertEquals(headed.withoutHead(), backbone);
  }

  @Test
  void convolutionsStartWithKaimingsDeviation() {
    var state = Initialisation.random(Architectures.named("resnet18"), 3);
    float[] w = state.get("layer2.0.conv1.weight").toFloats();
    double sum = 0;
    for (float v : w) {
      sum += (double) v * v;
    }
    assertEquals(Math.sqrt(2.0 / (128 * 9)), Math.sqrt(sum / w.length), 2e-4);
  }
}
