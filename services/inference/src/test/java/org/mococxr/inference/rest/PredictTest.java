package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Dicoms;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Pictures;

/** What people ask, and what may be asked of the models as a whole. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class PredictTest {
  private static final int SIZE = 8;
  private static final TinyNetwork BRIGHTNESS = TinyNetwork.brightness(SIZE);

  @TempDir Path folder;

  @TestHTTPResource(management = true)
  URI management;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private Bundle bundle;

  @BeforeEach
  void serve() throws IOException {
    bundle =
        Bundle.write(
            folder.resolve("m"),
            "m",
            "1",
            BRIGHTNESS,
            json ->
                json.putObject("metrics")
                    .putObject("Brightness")
                    .putObject("auroc")
                    .put("value", 0.9)
                    .put("lower", 0.8)
                    .put("upper", 0.95));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  @AfterEach
  void withdraw() {
    models.withdraw("m");
  }

  @Test
  void imagesOfOneStudyAreAnsweredByTheOneThatShowsMost() throws IOException {
    JsonNode answer =
        json(
            given()
                .multiPart("study", "s1")
                .multiPart("image", "dark.png", Pictures.flat(9, 9, 40, "png"))
                .multiPart("image", "bright.jpg", Pictures.flat(9, 9, 200, "jpg"))
                .multiPart("study", "s2")
                .multiPart("image", "grey.dcm", Dicoms.flat(9, 9, 100))
                .post("/v1/models/m/predict?heatmaps=true")
                .then()
                .statusCode(200)
                .extract()
                .asString());
    assertTrue(answer.path("findings").isMissingNode());
    assertEquals(2, answer.get("studies").size());
    JsonNode first = answer.at("/studies/0/findings/0");
    assertEquals("s1", answer.at("/studies/0/study").asText());
    assertEquals("bright.jpg", first.get("image").asText());
    assertEquals(BRIGHTNESS.probability(0, 200), first.get("probability").asDouble(), 1e-6);
    assertEquals(0.8, first.at("/auroc/lower").asDouble());
    assertTrue(first.get("heatmap").asText().startsWith("data:image/png;base64,"));
    assertEquals(2, answer.at("/studies/0/images").size());
    assertEquals("grey.dcm", answer.at("/studies/1/images/0/name").asText());
    assertEquals(
        BRIGHTNESS.probability(0, 100),
        answer.at("/studies/1/findings/0/probability").asDouble(),
        1e-6);
  }

  @Test
  void dicomFilesOfOneStudyBelongTogetherAndAZipsFoldersAreStudies() throws IOException {
    byte[] one = Dicoms.builder(9, 9, 60).text(0x0020000D, "UI", "1.2.3").build();
    byte[] other = Dicoms.builder(9, 9, 90).text(0x0020000D, "UI", "1.2.3").build();
    byte[] flat = zip(Map.of("a.dcm", one, "b.dcm", other));
    given()
        .body(flat)
        .post("/v1/models/m/predict")
        .then()
        .statusCode(200)
        .body("studies", hasSize(1))
        .body("studies[0].study", is("1.2.3"))
        .body("studies[0].images", hasSize(2))
        .body("findings[0].image", is("b.dcm"));
    given()
        .multiPart("image", "all.zip", zip(Map.of("p1/a.dcm", one, "p2/b.dcm", other)))
        .post("/v1/models/m/predict")
        .then()
        .statusCode(200)
        .body("studies.study", org.hamcrest.Matchers.containsInAnyOrder("p1", "p2"));
  }

  /** Scanners of all patients may call their files alike. */
  @Test
  void imagesThatOnlyHaveTheSameNameAreStudiesOfTheirOwn() throws IOException {
    byte[] dark = Pictures.flat(9, 9, 40, "png");
    byte[] bright = Pictures.flat(9, 9, 200, "png");
    given()
        .multiPart("image", "1.png", dark)
        .multiPart("image", "1.png", bright)
        .multiPart("image", "a.zip", zip(Map.of("1.png", dark, "p/2.png", dark)))
        .multiPart("image", "b.zip", zip(Map.of("p/2.png", bright)))
        .post("/v1/models/m/predict")
        .then()
        .statusCode(200)
        .body("studies", hasSize(5))
        .body("studies[0].study", is("1.png"))
        .body("studies[1].study", is("1.png (2)"))
        .body("studies[1].findings[0].image", is("1.png (2)"))
        .body("studies[4].study", is("p (2)"))
        .body("studies[4].findings[0].positive", is(true));
  }

  @Test
  void anAnswerCarriesWhatIsNeededToRepeatIt() throws IOException {
    byte[] png = Pictures.flat(9, 9, 40, "png");
    String network = Digests.sha256(bundle.folder().resolve("model.onnx"));
    String id =
        Digests.sha256(
            (bundle.digest() + network + Digests.sha256(png)).getBytes(StandardCharsets.US_ASCII));
    given()
        .body(png)
        .post("/v1/models/m/predict")
        .then()
        .body("provenance.id", is(id))
        .body("warnings", hasItem(containsString("research")));
  }

  @Test
  void whatMakesAnAnswerUncertainIsSaid() throws IOException {
    byte[] lateral =
        Dicoms.builder(30, 10, 50)
            .text(0x00185101, "CS", "LL")
            .text(0x00080060, "CS", "MR")
            .text(0x00180015, "CS", "KNEE")
            .build();
    given()
        .body(lateral)
        .post("/v1/models/m/predict")
        .then()
        .body("image.warnings", hasItem("the view is lateral"))
        .body("image.warnings", hasItem(containsString("modality is MR")))
        .body("image.warnings", hasItem(containsString("KNEE")))
        .body("image.warnings", hasItem(containsString("67 %")))
        .body("image.warnings", hasItem(containsString("contrast")));
    byte[] fine = Pictures.of(8, 8, "png", (x, y) -> 30 * x);
    given().body(fine).post("/v1/models/m/predict").then().body("image.warnings", hasSize(0));
    byte[] small = Pictures.of(7, 7, "png", (x, y) -> 30 * x);
    given()
        .body(small)
        .post("/v1/models/m/predict")
        .then()
        .body("image.warnings", hasItem(containsString("enlarged")));
  }

  @Test
  void theEvidenceCanBeHadAsALayer() throws IOException {
    JsonNode answer =
        json(
            given()
                .body(Pictures.of(8, 8, "png", (x, y) -> x < 4 ? 0 : 255))
                .post("/v1/models/m/predict?heatmaps=layers")
                .asString());
    BufferedImage layer = picture(answer.at("/findings/0/heatmap").asText());
    BufferedImage view = picture(answer.at("/image/view").asText());
    assertEquals(0, view.getRaster().getSample(0, 4, 0));
    assertEquals(255, view.getRaster().getSample(7, 4, 0));
    assertEquals(0, layer.getRGB(0, 4) >>> 24);
    assertEquals(255, layer.getRGB(7, 4) >>> 24);
    given()
        .body("x")
        .post("/v1/models/m/predict?heatmaps=blue")
        .then()
        .statusCode(400)
        .body("error", containsString("false, true or layers"));
  }

  @Test
  void aFormOrZipThatIsBrokenIsTheSendersError() throws IOException {
    List<String> bodies = new ArrayList<>();
    bodies.add("");
    bodies.add("--b");
    bodies.add("--b\r\nContent-Disposition: form-data; name=image\r\n\r\nabc");
    bodies.add("--b\r\nContent-Disposition: form-data; name=image");
    bodies.add("--b--\r\n");
    bodies.add("--b\r\n\r\n\r\n--b--\r\n");
    for (String body : bodies) {
      given()
          .contentType("multipart/form-data; boundary=b")
          .body(body.getBytes(StandardCharsets.US_ASCII))
          .post("/v1/models/m/predict")
          .then()
          .statusCode(400)
          .body("error", not(nullValue()));
    }
    byte[] zip = zip(Map.of("a.dcm", Dicoms.flat(9, 9, 1)));
    for (int length = 4; length < zip.length; length += 7) {
      given()
          .body(java.util.Arrays.copyOf(zip, length))
          .post("/v1/models/m/predict")
          .then()
          .statusCode(is(oneOf(200, 400))); // the index at the end is not needed
    }
    given().body(zip(Map.of(".hidden", zip))).post("/v1/models/m/predict").then().statusCode(400);
  }

  @Test
  void theRepositoryTellsWhatItHasAndIsChangedByNobodyUnlessThatIsAllowed() {
    given()
        .body("{}")
        .post("/v2/repository/index")
        .then()
        .statusCode(200)
        .body("[0].name", is("m"))
        .body("[0].state", is("READY"));
    for (String what : List.of("load", "unload")) {
      when()
          .post("/v2/repository/models/m/" + what)
          .then()
          .statusCode(403)
          .body("error", containsString("mococxr.inference.control"));
    }
    when().delete("/v1/models/m").then().statusCode(403);
  }

  @Test
  void requestsAreCountedByModelOutcomeAndReason() throws IOException {
    given().body(Pictures.flat(9, 9, 9, "png")).post("/v1/models/m/predict").then().statusCode(200);
    given().body("nothing").post("/v1/models/m/predict").then().statusCode(400);
    given().body("nothing").post("/v1/models/made-up/predict").then().statusCode(404);
    when()
        .get("/v2/models/m/stats")
        .then()
        .statusCode(200)
        .body("model_stats[0].inference_count", org.hamcrest.Matchers.greaterThan(0))
        .body("model_stats[0].inference_stats.fail.count", org.hamcrest.Matchers.greaterThan(0))
        .body("model_stats[0].batch_stats[0].batch_size", is(1));
    when().get("/v2/models/m/versions/1/stats").then().statusCode(200);
    when().get("/v2/models/m/versions/2/stats").then().statusCode(404);
    when().get("/v2/models/stats").then().statusCode(200).body("model_stats", hasSize(1));
    String metrics = when().get(management.resolve("/q/metrics")).asString();
    for (String line :
        List.of(
            "mococxr_inference_request_success_total{model=\"m\"}",
            "mococxr_inference_request_failure_total{model=\"m\",reason=\"invalid\"}",
            "mococxr_inference_request_failure_total{model=\"unknown\",reason=\"not_found\"}",
            "mococxr_inference_pending_request_count{model=\"m\"} 0.0",
            "mococxr_inference_test_auroc{bound=\"lower\",model=\"m\",task=\"Brightness\"} 0.8",
            "mococxr_inference_decode_duration_seconds_bucket{model=\"m\"",
            "mococxr_inference_queue_duration_seconds_bucket{model=\"m\"",
            "mococxr_inference_compute_duration_seconds_bucket{model=\"m\"",
            "mococxr_inference_batch_size_bucket{model=\"m\"",
            "mococxr_inference_model_loads_total{model=\"m\",outcome=\"loaded\"}")) {
      assertTrue(metrics.contains(line), line + " is not in\n" + metrics);
    }
    models.withdraw("m");
    metrics = when().get(management.resolve("/q/metrics")).asString();
    assertTrue(!metrics.contains("mococxr_inference_pending_request_count{model=\"m\"}"), metrics);
  }

  private static JsonNode json(String text) throws IOException {
    return Json.MAPPER.readTree(text);
  }

  private static BufferedImage picture(String dataUri) throws IOException {
    byte[] png = Base64.getDecoder().decode(dataUri.substring(dataUri.indexOf(',') + 1));
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static byte[] zip(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
