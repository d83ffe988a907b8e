package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.config.JsonConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.path.json.config.JsonPathConfig.NumberReturnType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.quality.Feedback;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Dicoms;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.Pictures;

/** Labels that come after the answers. */
@Tag("slow")
@QuarkusTest
@TestProfile(FeedbackTest.Kept.class)
class FeedbackTest {
  private static final Path KEPT = Path.of("target", "feedback-test-" + System.nanoTime());

  /** A service that keeps feedback. */
  public static final class Kept implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "mococxr.inference.publications.enabled",
          "false",
          "mococxr.inference.feedback.folder",
          KEPT.toString());
    }
  }

  @TempDir Path folder;

  @TestHTTPResource(management = true)
  URI management;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;
  @Inject InferenceConfig config;

  /** Each test has a model of its own, since feedback outlives it. */
  private String model;

  @BeforeEach
  void serve(org.junit.jupiter.api.TestInfo test) throws IOException {
    model = test.getTestMethod().orElseThrow().getName();
    Bundle bundle = Bundle.write(folder.resolve("m"), model, "1", TinyNetwork.brightness(8));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  @AfterEach
  void withdraw() {
    models.withdraw(model);
  }

  /** The id of the answer on a picture of that grey level, from which the probability follows. */
  private String answered(int grey) {
    return given()
        .body(Pictures.flat(8, 8, grey, "png"))
        .post("/v1/models/" + model + "/predict")
        .then()
        .statusCode(200)
        .extract()
        .path("studies[0].id");
  }

  private io.restassured.response.ValidatableResponse label(String id, String label) {
    return given()
        .config(
            RestAssuredConfig.config()
                .jsonConfig(JsonConfig.jsonConfig().numberReturnType(NumberReturnType.DOUBLE)))
        .contentType("application/json")
        .body("{\"id\": \"%s\", \"labels\": {\"Brightness\": %s}}".formatted(id, label))
        .post("/v1/models/" + model + "/feedback")
        .then();
  }

  @Test
  void theAurocOfLaterLabelsIsTold() {
    // Of nine pairs of a positive and a negative, eight are ranked rightly.
    label(answered(230), "true").statusCode(200).body("[0].auroc", nullValue());
    label(answered(200), "true").statusCode(200);
    label(answered(100), "true").statusCode(200);
    label(answered(180), "false").statusCode(200);
    label(answered(80), "false").statusCode(200);
    label(answered(50), "false")
        .statusCode(200)
        .body("[0].task", is("Brightness"))
        .body("[0].version", is("1"))
        .body("[0].positives", is(3))
        .body("[0].negatives", is(3))
        .body("[0].auroc.value", closeTo(8.0 / 9, 1e-9));
    String metrics = when().get(management.resolve("/q/metrics")).asString();
    String labels = "model=\"" + model + "\",task=\"Brightness\"} ";
    assertTrue(metrics.contains("feedback_auroc{bound=\"value\"," + labels + "0.888"), metrics);
    assertTrue(metrics.contains("feedback_labels_total{" + labels + "6.0"), metrics);
    // The truth about the picture that was ranked wrongly is corrected.
    label(answered(180), "true").body("[0].positives", is(4)).body("[0].auroc.value", is(1.0));
    when().get("/v1/models/" + model + "/feedback").then().body("[0].negatives", is(2));
  }

  @Test
  void labelsOutliveARestart() {
    label(answered(200), "true").statusCode(200);
    String unlabelled = answered(90);
    Feedback restarted = new Feedback(config, new ModelMetrics(new SimpleMeterRegistry()));
    assertEquals(1, restarted.rolling(model).getFirst().positives());
    restarted.label(model, unlabelled, Map.of("Brightness", false));
    // What another replica took is known to this one.
    when().get("/v1/models/" + model + "/feedback").then().body("[0].negatives", is(1));
  }

  @Test
  void nothingOfThePatientIsKept() throws IOException {
    byte[] dicom =
        Dicoms.builder(9, 9, 60)
            .text(0x00100010, "PN", "Doe^Jane")
            .text(0x00100020, "LO", "P4711")
            .text(0x0020000D, "UI", "1.2.3.4711")
            .build();
    String id =
        given()
            .multiPart("study", "private")
            .multiPart("image", "Jane Doe.dcm", dicom)
            .post("/v1/models/" + model + "/predict")
            .then()
            .extract()
            .path("provenance.id");
    label(id, "false").statusCode(200);
    StringBuilder kept = new StringBuilder();
    try (Stream<Path> files = Files.walk(KEPT)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        kept.append(Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    assertTrue(kept.indexOf(id) >= 0);
    for (String secret : List.of("Doe", "4711", "Jane", "private", "dcm")) {
      assertFalse(kept.indexOf(secret) >= 0, secret);
    }
  }

  @Test
  void whatIsNoFeedbackIsTheSendersError() {
    String id = answered(200);
    label("0".repeat(64), "true").statusCode(404).body("error", containsString("no answer 000"));
    label(id, "\"yes\"").statusCode(400).body("error", containsString("true or false"));
    label(id, "null").statusCode(400);
    for (String body :
        List.of(
            "",
            "[]",
            "null",
            "{",
            "{\"id\": 7, \"labels\": {\"Brightness\": true}}",
            "{\"id\": \"" + id + "\"}",
            "{\"id\": \"" + id + "\", \"labels\": {}}",
            "{\"id\": \"" + id + "\", \"labels\": [true]}",
            "{\"id\": \"" + id + "\", \"labels\": {\"Other\": true}}",
            "[".repeat(70_000))) {
      given()
          .body(body.getBytes(StandardCharsets.US_ASCII))
          .post("/v1/models/" + model + "/feedback")
          .then()
          .statusCode(400);
    }
  }
}
