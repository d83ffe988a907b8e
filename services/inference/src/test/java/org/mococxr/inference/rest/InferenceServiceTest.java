package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.JsonConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.path.json.config.JsonPathConfig.NumberReturnType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.events.ModelPublished;
import org.mococxr.events.ModelWithdrawn;
import org.mococxr.foundation.Digests;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Publisher;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.KafkaTestResource;
import org.mococxr.testkit.Pictures;

/** The service as a whole: a real broker, the real ONNX Runtime, real HTTP. */
@Tag("slow")
@QuarkusTest
@QuarkusTestResource(KafkaTestResource.class)
class InferenceServiceTest {
  private static final int SIZE = 8;
  private static final TinyNetwork BRIGHTNESS = TinyNetwork.brightness(SIZE);
  private static final RestAssuredConfig DOUBLES =
      RestAssuredConfig.config()
          .jsonConfig(JsonConfig.jsonConfig().numberReturnType(NumberReturnType.DOUBLE));

  @TempDir Path folder;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @TestHTTPResource(management = true)
  URI management;

  @Inject ModelRepository models;

  private Publisher publisher;

  @BeforeEach
  void connect() {
    publisher = new Publisher(bootstrapServers);
  }

  @AfterEach
  void withdrawAll() {
    models.served().forEach(m -> publisher.send(withdrawn(m.description().name())));
    await().atMost(20, SECONDS).until(() -> models.served().isEmpty());
    publisher.close();
  }

  @Test
  void withoutAModelTheServerIsLiveButSaysThatNoneIsServed() {
    when().get("/v2").then().statusCode(200).body("name", is("mococxr-inference"));
    when().get("/v2/health/live").then().statusCode(200).body("live", is(true));
    when().get("/v2/health/ready").then().statusCode(503).body("ready", is(false));
    when().get("/v2/models/m").then().statusCode(503).body("error", containsString("no model"));
    when().get("/v1/models").then().statusCode(200).body("", hasSize(0));
    await()
        .atMost(20, SECONDS)
        .untilAsserted(() -> when().get(management("/q/health/ready")).then().statusCode(200));
  }

  @Test
  void aPublishedModelIsServedUnderTheProtocol() throws IOException {
    Bundle bundle = publish("m", "1", BRIGHTNESS);
    when().get("/v2/health/ready").then().statusCode(200).body("ready", is(true));
    when().get("/v2/models/m/versions/1/ready").then().statusCode(200).body("ready", is(true));
    when()
        .get("/v2/models/m")
        .then()
        .statusCode(200)
        .body("platform", is("onnxruntime_onnx"))
        .body("versions", is(List.of("1")))
        .body("inputs[0].datatype", is("UINT8"))
        .body("inputs[0].shape", is(List.of(-1, 1, SIZE, SIZE)))
        .body("outputs.name", hasItems("logits", "probabilities", "features", "heatmaps"))
        .body("digest", is(bundle.digest()))
        .body("bundle.provenance.seed", is(7));
    infer("m", tensor(2, 0, 255), "\"outputs\":[{\"name\":\"probabilities\"}],\"id\":\"q1\"")
        .statusCode(200)
        .body("model_name", is("m"))
        .body("model_version", is("1"))
        .body("id", is("q1"))
        .body("parameters.digest", is(bundle.digest()))
        .body("outputs", hasSize(1))
        .body("outputs[0].datatype", is("FP32"))
        .body("outputs[0].shape", is(List.of(2, 1)))
        .body("outputs[0].data[0]", closeTo(BRIGHTNESS.probability(0, 0), 1e-6))
        .body("outputs[0].data[1]", closeTo(BRIGHTNESS.probability(0, 255), 1e-6));
    infer("m", tensor(1, 7), "\"parameters\":{}").statusCode(200).body("outputs", hasSize(4));
  }

  @Test
  void dataMayBeNestedAsThePictureIs() throws IOException {
    publish("m", "1", BRIGHTNESS);
    List<?> row = Collections.nCopies(SIZE, 51);
    String nested = List.of(List.of(Collections.nCopies(SIZE, row))).toString();
    infer("m", input("image", "UINT8", List.of(1, 1, SIZE, SIZE), nested), "\"x\":1")
        .statusCode(200)
        .body(
            "outputs.find { it.name == 'probabilities' }.data[0]",
            closeTo(BRIGHTNESS.probability(0, 51), 1e-6));
  }

  @Test
  void aRequestThatDoesNotFitIsToldWhatWould() throws IOException {
    publish("m", "1", BRIGHTNESS);
    List<Integer> shape = List.of(1, 1, SIZE, SIZE);
    assertRefused(input("picture", "UINT8", shape, data(64, 0)), "expected image");
    assertRefused(input("image", "INT64", shape, data(64, 0)), "expected UINT8, FP32 or BYTES");
    assertRefused(input("image", "UINT8", List.of(1, 3, 8, 8), data(192, 0)), "[-1, 1, 8, 8]");
    assertRefused(input("image", "UINT8", List.of(0, 1, 8, 8), "[]"), "at least 1");
    assertRefused(input("image", "UINT8", List.of(65, 1, 8, 8), "[]"), "at most 64");
    assertRefused(input("image", "UINT8", shape, data(63, 0)), "63 elements");
    assertRefused(input("image", "UINT8", shape, data(64, 256)), "is 256");
    assertRefused(input("image", "UINT8", shape, data(64, -1)), "is -1");
    assertRefused(input("image", "UINT8", shape, "[0.5]"), "a whole number");
    assertRefused(input("image", "UINT8", shape, "7"), "expected a list");
    assertRefused("{\"name\":\"image\"}", "inputs[0].data: is missing");
    infer("m", tensor(1, 0), "\"outputs\":[{\"name\":\"loss\"}]")
        .statusCode(400)
        .body("error", containsString("has loss"));
    given().body("{\"inputs\":").post("/v2/models/m/infer").then().statusCode(400);
    given().body("[]").post("/v2/models/m/infer").then().statusCode(400);
    given().body("").post("/v2/models/m/infer").then().statusCode(400);
  }

  @Test
  void whatIsNotServedIsNotFound() throws IOException {
    publish("m", "1", BRIGHTNESS);
    for (String path : List.of("/v2/models/n", "/v2/models/n/ready", "/v2/models/m/versions/2")) {
      when().get(path).then().statusCode(404).body("error", containsString("served"));
    }
    given().body(Pictures.flat(9, 9, 0, "png")).post("/v1/models/n/predict").then().statusCode(404);
  }

  @Test
  void aPersonSendsAFileAndReadsFindings() throws IOException {
    Bundle bundle = publish("m", "1", BRIGHTNESS);
    byte[] png = Pictures.flat(40, 24, 110, "png");
    given()
        .config(DOUBLES)
        .contentType("image/png")
        .body(png)
        .post("/v1/models/m/predict")
        .then()
        .statusCode(200)
        .body("model", is("m"))
        .body("version", is("1"))
        .body("provenance.bundle", is(bundle.digest()))
        .body("provenance.network", is(Digests.sha256(bundle.folder().resolve("model.onnx"))))
        .body("image.width", is(40))
        .body("image.height", is(24))
        .body("image.sha256", is(Digests.sha256(png)))
        .body("findings", hasSize(1))
        .body("findings[0].task", is("Brightness"))
        .body("findings[0].probability", closeTo(BRIGHTNESS.probability(0, 110), 1e-6))
        .body("findings[0].threshold", is(0.4))
        .body("findings[0].positive", is(false))
        .body("findings[0].heatmap", equalTo(null));
    given()
        .multiPart("image", "chest.jpg", Pictures.flat(30, 30, 200, "jpg"), "image/jpeg")
        .post("/v1/models/m/predict")
        .then()
        .statusCode(200)
        .body("findings[0].positive", is(true));
  }

  @Test
  void aPersonSeesWhereTheEvidenceIs() throws IOException {
    publish("m", "1", BRIGHTNESS);
    byte[] png = Pictures.flat(16, 16, 128, "png");
    String uri =
        given()
            .queryParam("heatmaps", true)
            .body(png)
            .post("/v1/models/m/predict")
            .then()
            .statusCode(200)
            .body("findings[0].heatmap", startsWith("data:image/png;base64,"))
            .extract()
            .path("findings[0].heatmap");
    assertEquals(SIZE, width(Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1))));
    byte[] picture =
        given()
            .multiPart("image", "chest.png", png, "image/png")
            .post("/v1/models/m/heatmap")
            .then()
            .statusCode(200)
            .contentType("image/png")
            .extract()
            .asByteArray();
    assertEquals(SIZE, width(picture));
    given()
        .queryParam("task", "Fracture")
        .body(png)
        .post("/v1/models/m/heatmap")
        .then()
        .statusCode(400)
        .body("error", containsString("finds [Brightness]"));
  }

  @Test
  void aFileThatIsNoPictureIsTheSendersError() throws IOException {
    publish("m", "1", BRIGHTNESS);
    given()
        .multiPart("image", "notes.txt", "dear doctor".getBytes(), "text/plain")
        .post("/v1/models/m/predict")
        .then()
        .statusCode(400)
        .body("error", startsWith("notes.txt: "));
    byte[] torn = Arrays.copyOf(Pictures.flat(40, 40, 9, "png"), 60);
    given().body(torn).post("/v1/models/m/predict").then().statusCode(400);
    given().body("").post("/v1/models/m/predict").then().statusCode(400);
    given()
        .multiPart("picture", "x.png", torn, "image/png")
        .post("/v1/models/m/predict")
        .then()
        .statusCode(400)
        .body("error", containsString("form field image"));
  }

  @Test
  void aPublicationTakesOverWithoutARestartAndAWithdrawalEndsIt() throws IOException {
    publish("m", "1", BRIGHTNESS);
    publish("m", "2", new TinyNetwork(SIZE, new float[] {0}, new float[] {0}));
    infer("m", tensor(1, 255), "\"outputs\":[{\"name\":\"probabilities\"}]")
        .statusCode(200)
        .body("model_version", is("2"))
        .body("outputs[0].data[0]", is(0.5));
    publisher.send(withdrawn("m"));
    await()
        .atMost(20, SECONDS)
        .untilAsserted(() -> when().get("/v2/models/m").then().statusCode(503));
  }

  @Test
  void aBrokenPublicationGoesToTheDeadLettersAndTheOldModelStays() throws IOException {
    publish("kept", "1", BRIGHTNESS);
    Bundle broken = Bundle.write(folder.resolve("broken"), "kept", "2", BRIGHTNESS);
    Files.write(broken.folder().resolve("model.onnx"), new byte[1], StandardOpenOption.APPEND);
    publisher.send(new ModelPublished("e1", "kept", "2", broken.uri(), broken.digest()));
    publisher.send("kept", "no event at all");
    publish("next", "1", BRIGHTNESS);
    when().get("/v2/models/kept").then().statusCode(200).body("versions", hasItem("1"));
    await()
        .atMost(20, SECONDS)
        .untilAsserted(
            () -> {
              List<String> reasons =
                  publisher.deadLetters().stream()
                      .map(r -> r.headers().lastHeader("dead-letter-reason"))
                      .map(header -> new String(header.value()))
                      .toList();
              assertTrue(
                  reasons.stream().anyMatch(r -> r.contains("model.json promises")), "" + reasons);
              assertTrue(reasons.size() >= 2, "" + reasons);
            });
    when()
        .get(management("/q/metrics"))
        .then()
        .body(allOf(containsString("mococxr_inference_publications_total")));
  }

  private URI management(String path) {
    return management.resolve(path);
  }

  private Bundle publish(String name, String version, TinyNetwork network) throws IOException {
    Bundle bundle = Bundle.write(folder.resolve(name + "-" + version), name, version, network);
    publisher.send(new ModelPublished("e1", name, version, bundle.uri(), bundle.digest()));
    await()
        .atMost(20, SECONDS)
        .until(
            () ->
                models.served().stream()
                    .map(m -> m.description())
                    .anyMatch(d -> d.name().equals(name) && d.version().equals(version)));
    return bundle;
  }

  private static ModelWithdrawn withdrawn(String model) {
    return new ModelWithdrawn("e1", model, "any");
  }

  private void assertRefused(String input, String message) {
    infer("m", input, "\"id\":\"1\"").statusCode(400).body("error", containsString(message));
  }

  private static ValidatableResponse infer(String model, String input, String more) {
    return given()
        .config(DOUBLES)
        .contentType("application/json")
        .body("{\"inputs\":[" + input + "]," + more + "}")
        .post("/v2/models/{model}/infer", Map.of("model", model))
        .then();
  }

  /** A batch of flat pictures of these grey levels. */
  private static String tensor(int count, int... greys) {
    String data =
        Arrays.stream(greys)
            .mapToObj(grey -> data(SIZE * SIZE, grey))
            .map(list -> list.substring(1, list.length() - 1))
            .collect(Collectors.joining(",", "[", "]"));
    return input("image", "UINT8", List.of(count, 1, SIZE, SIZE), data);
  }

  private static String data(int length, int grey) {
    return Collections.nCopies(length, grey).toString();
  }

  private static String input(String name, String type, List<Integer> shape, String data) {
    return "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}"
        .formatted(name, type, shape, data);
  }

  private static int width(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png)).getWidth();
  }
}
