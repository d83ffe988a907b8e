package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.outliers.Appearance;
import org.mococxr.imaging.outliers.OutlierStatistics;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Pictures;

/** A model of pictures that have a dark field in their upper left quarter. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class OutlierWarningsTest {
  private static final int SIZE = 8;

  /** The square of a mean grey level of 198, as a share of white; the drawings have 157. */
  private static final double FARTHEST = 0.6;

  @TempDir Path folder;

  @TestHTTPResource(management = true)
  URI management;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  @BeforeEach
  void serve() throws IOException {
    List<GreyImage> pictures =
        IntStream.range(0, 80)
            .mapToObj(i -> new ImageDecoder(DecodeLimits.defaults()).decode(picture(i), "drawn"))
            .toList();
    OutlierStatistics statistics =
        new OutlierStatistics(
            80, 0, Appearance.fit(pictures).orElseThrow().appearance(), FARTHEST, Map.of());
    Bundle bundle =
        Bundle.write(
            folder.resolve("m"),
            "m",
            "1",
            TinyNetwork.brightness(SIZE),
            json -> json.set("outliers", Json.MAPPER.valueToTree(statistics)));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  @AfterEach
  void withdraw() {
    models.withdraw("m");
  }

  private static int grey(int x, int y, RandomStream random) {
    return (x < 4 && y < 4 ? 50 : 180) + random.nextInt(20);
  }

  private static byte[] picture(long seed) {
    RandomStream random = RandomStream.of(seed, "drawn");
    return Pictures.of(SIZE, SIZE, "png", (x, y) -> grey(x, y, random));
  }

  @Test
  void whatLooksLikeTheValidationSetIsNotWarnedOf() {
    given()
        .body(picture(1000))
        .post("/v1/models/m/predict")
        .then()
        .statusCode(200)
        .body("image.warnings", empty());
  }

  @Test
  void turnedInvertedAndOtherPicturesAreWarnedOfAndCounted() {
    RandomStream random = RandomStream.of(2000, "drawn");
    given()
        .body(Pictures.of(SIZE, SIZE, "png", (x, y) -> grey(y, SIZE - 1 - x, random)))
        .post("/v1/models/m/predict")
        .then()
        .body("image.warnings", contains(containsString("rotated clockwise by 90°")));
    given()
        .body(Pictures.of(SIZE, SIZE, "png", (x, y) -> 255 - grey(x, y, random)))
        .post("/v1/models/m/predict")
        .then()
        .body("image.warnings", contains(containsString("bright and dark")));
    given()
        .body(Pictures.of(SIZE, SIZE, "png", (x, y) -> (x + y) % 2 == 0 ? 60 : 200))
        .post("/v1/models/m/predict")
        .then()
        .body("image.warnings", contains(containsString("unlike those")));
    String metrics = when().get(management.resolve("/q/metrics")).asString();
    for (String kind : List.of("rotated", "inverted", "unlike")) {
      String line = "mococxr_inference_image_warnings_total{kind=\"" + kind + "\",model=\"m\"}";
      assertTrue(metrics.contains(line), line + " is not in\n" + metrics);
    }
  }

  @Test
  void featuresThatLieFarFromTheValidationSetsAreWarnedOf() {
    RandomStream random = RandomStream.of(3000, "drawn");
    given()
        .body(Pictures.of(SIZE, SIZE, "png", (x, y) -> grey(x, y, random) / 3 + 165))
        .post("/v1/models/m/predict")
        .then()
        .statusCode(200)
        .body("image.warnings", contains(containsString("unlike those")));
  }
}
