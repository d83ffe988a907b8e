package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Pictures;

/** A model of three tasks of which exactly one is true. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class MultiClassTest {
  private static final int SIZE = 8;
  private static final float[] SLOPES = {6, -5, 1};
  private static final float[] BIASES = {-2, 3, 0.5f};

  @TempDir Path folder;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private void serve(String classification) throws IOException {
    Bundle bundle =
        Bundle.write(
            folder.resolve(classification),
            "classes",
            "1",
            new TinyNetwork(SIZE, SLOPES, BIASES),
            json -> described(json, classification));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  private static void described(ObjectNode json, String classification) {
    json.put("classification", classification);
    json.putArray("tasks").add("Normal").add("Bacterial").add("Viral");
    json.remove("thresholds");
  }

  @AfterEach
  void withdraw() {
    models.withdraw("classes");
  }

  /** The softmax of the logits that the mean of these grey levels has, which are linear in it. */
  private static double[] softmax(int... greys) {
    double mean = Arrays.stream(greys).average().orElseThrow() / 255;
    double[] powers =
        IntStream.range(0, 3).mapToDouble(t -> Math.exp(SLOPES[t] * mean + BIASES[t])).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(power -> power / sum).toArray();
  }

  private static JsonNode answer(int... greys) throws IOException {
    var request = given();
    for (int grey : greys) {
      request.multiPart("study", "s");
      request.multiPart("image", grey + ".png", Pictures.flat(SIZE, SIZE, grey, "png"));
    }
    return Json.MAPPER.readTree(
        request.post("/v1/models/classes/predict").then().statusCode(200).extract().asString());
  }

  private static void assertProbabilities(double[] expected, JsonNode findings) {
    double sum = 0;
    for (int task = 0; task < expected.length; task++) {
      double probability = findings.get(task).get("probability").asDouble();
      assertEquals(expected[task], probability, 1e-5, findings.toString());
      sum += probability;
    }
    assertEquals(1, sum, 1e-5);
  }

  @Test
  void anImageHasTheSoftmax() throws IOException {
    serve("multi-class");
    assertProbabilities(softmax(120), answer(120).get("findings"));
  }

  @Test
  void aStudyHasTheSoftmaxOfTheMeanOfItsImagesLogits() throws IOException {
    serve("multi-class");
    JsonNode findings = answer(30, 90, 240).get("findings");
    assertProbabilities(softmax(30, 90, 240), findings);
    assertEquals("240.png", findings.get(0).get("image").asText());
    assertEquals("30.png", findings.get(1).get("image").asText());
  }

  @Test
  void aModelOfAnotherClassificationIsRefused() {
    UserErrorException e = assertThrows(UserErrorException.class, () -> serve("ordinal"));
    assertTrue(e.getMessage().contains("field classification: is \"ordinal\""), e.getMessage());
  }
}
