package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.config.DecoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.http.Deflation;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Dicoms;
import org.mococxr.inference.testing.OpenApiDocument;
import org.mococxr.inference.testing.RawHttp;
import org.mococxr.inference.testing.RecordedLog;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Pictures;

/** The forms in which requests and answers travel. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class ProtocolTest {
  private static final int SIZE = 8;
  private static final int PIXELS = SIZE * SIZE;
  private static final TinyNetwork BRIGHTNESS = TinyNetwork.brightness(SIZE);
  private static final double CLOSE = 1e-6;

  /** Answers as they come, compressed or not. */
  private static final RestAssuredConfig AS_IT_IS =
      RestAssuredConfig.config().decoderConfig(DecoderConfig.decoderConfig().noContentDecoders());

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  @BeforeEach
  void serve() throws IOException {
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", BRIGHTNESS);
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  @AfterEach
  void withdraw() {
    models.withdraw("m");
  }

  @Test
  void aHeadWithoutHostIsTheClientsErrorAndNoFaultInTheLog() throws IOException {
    try (RecordedLog log = new RecordedLog("org.mococxr.inference.http.RequestGate");
        RawHttp connection = new RawHttp(address)) {
      RawHttp.Answer answer = connection.send("GET /v2 HTTP/1.1\nConnection: close\n\n").answer();
      assertEquals(400, answer.status());
      assertTrue(answer.body().contains("'Host' header is required"), answer.body());
      assertEquals(
          List.of(),
          log.records().stream()
              .filter(record -> record.getLevel().intValue() > Level.INFO.intValue())
              .map(LogRecord::getMessage)
              .toList());
    }
  }

  @Test
  void aPathTellsItsMethods() {
    String put = when().put("/v2/models/m").then().statusCode(405).extract().header("Allow");
    assertEquals("GET, HEAD, OPTIONS", put);
    String get =
        when().get("/v1/models/m/predict").then().statusCode(405).extract().header("Allow");
    assertEquals("OPTIONS, POST", get);
    String store =
        when().get("/v1/models/m/store").then().statusCode(405).extract().header("Allow");
    assertEquals("OPTIONS, POST", store);
    String asked =
        when().options("/v2/models/stats").then().statusCode(204).extract().header("Allow");
    assertEquals("GET, HEAD, OPTIONS", asked);
  }

  @Test
  void everyMethodThatAPathDoesNotHaveIsAnswered405WithThoseThatItHas() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, Set<String>> path : OpenApiDocument.methods().entrySet()) {
      String asked = path.getKey().replaceAll("\\{[^}]*}", "m");
      Set<String> allowed = new TreeSet<>(path.getValue());
      allowed.add("OPTIONS");
      if (allowed.contains("GET")) {
        allowed.add("HEAD");
      }
      for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")) {
        if (!allowed.contains(method)) {
          Response answer = given().request(method, asked);
          boolean right =
              answer.statusCode() == 405
                  && String.join(", ", allowed).equals(answer.header("Allow"));
          if (!right) {
            wrong.add(method + " " + asked + ": " + answer.statusCode() + " " + answer.headers());
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void tensorsTravelAsBytesAfterTheJson() throws IOException {
    String json =
        """
        {"id": "b", "parameters": {"binary_data_output": true},
         "inputs": [{"name": "image", "shape": [2, 1, 8, 8], "datatype": "UINT8",
                     "parameters": {"binary_data_size": 128}}],
         "outputs": [{"name": "probabilities"},
                     {"name": "features", "parameters": {"binary_data": false}},
                     {"name": "logits", "parameters": {"binary_data": true}}]}
        """;
    byte[] pixels = new byte[2 * PIXELS];
    Arrays.fill(pixels, PIXELS, 2 * PIXELS, (byte) 200);
    Response response = binary(json, pixels, json.length()).post("/v2/models/m/infer");
    assertEquals(200, response.statusCode(), response.asString());
    assertEquals("application/octet-stream", response.contentType());
    int length = Integer.parseInt(response.header("Inference-Header-Content-Length"));
    byte[] body = response.asByteArray();
    JsonNode answer = Json.MAPPER.readTree(body, 0, length);
    assertEquals("b", answer.get("id").asText());
    assertEquals(8, answer.at("/outputs/0/parameters/binary_data_size").asInt());
    assertTrue(answer.at("/outputs/0/data").isMissingNode());
    assertEquals(200 / 255.0, answer.at("/outputs/1/data/1").asDouble(), CLOSE);
    ByteBuffer binary =
        ByteBuffer.wrap(body, length, body.length - length).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(16, binary.remaining());
    assertEquals(BRIGHTNESS.probability(0, 0), binary.getFloat(), CLOSE);
    assertEquals(BRIGHTNESS.probability(0, 200), binary.getFloat(), CLOSE);
    assertEquals(-4, binary.getFloat(), CLOSE);
  }

  @Test
  void aBinaryRequestThatDoesNotAddUpIsRefused() {
    String json =
        """
        {"inputs": [{"name": "image", "shape": [1, 1, 8, 8], "datatype": "UINT8",
                     "parameters": {"binary_data_size": 64}}]}""";
    assertRefused(binary(json, new byte[63], json.length()), "63 bytes are left");
    assertRefused(binary(json, new byte[65], json.length()), "1 bytes after the last");
    assertRefused(binary(json, new byte[64], 7000), "Inference-Header-Content-Length");
    assertRefused(binary(json, new byte[64], -1), "Inference-Header-Content-Length");
    assertRefused(binary(json.replace("64", "-1"), new byte[64], json.length()), "is -1");
  }

  @Test
  void bodiesTravelCompressed() throws IOException {
    byte[] json = json("UINT8", "[1, 1, 8, 8]", numbers(51)).getBytes(StandardCharsets.UTF_8);
    for (Deflation deflation : Deflation.values()) {
      given()
          .header("Content-Encoding", deflation.token())
          .body(deflation.compress(json))
          .post("/v2/models/m/infer")
          .then()
          .statusCode(200)
          .body("outputs[1].data[0]", closeTo((float) BRIGHTNESS.probability(0, 51)));
      byte[] large =
          json("UINT8", "[64, 1, 8, 8]", numbers(51).repeat(64).replace("][", ","))
              .getBytes(StandardCharsets.UTF_8);
      Response response =
          given()
              .config(AS_IT_IS)
              .header("Accept-Encoding", "br, " + deflation.token())
              .body(large)
              .post("/v2/models/m/infer");
      assertEquals(deflation.token(), response.header("Content-Encoding"));
    }
    assertRefused(given().header("Content-Encoding", "gzip").body(json), "is not gzip");
    given()
        .header("Content-Encoding", "br")
        .body(json)
        .post("/v2/models/m/infer")
        .then()
        .statusCode(415)
        .body("error", containsString("br"));
  }

  @Test
  void greyLevelsMayBeFloats() {
    String levels = numbers(51).replace("51", "51.25");
    infer(json("FP32", "[1, 1, 8, 8]", levels))
        .then()
        .statusCode(200)
        .body("outputs[1].data[0]", closeTo((float) BRIGHTNESS.probability(0, 51)));
    infer(json("FP32", "[1, 1, 8, 8]", numbers(51))).then().statusCode(200);
    assertRefused(given().body(json("FP32", "[1, 1, 8, 8]", numbers(256))), "is 256.0");
    assertRefused(given().body(json("FP32", "[1, 1, 8, 8]", numbers(-1))), "is -1.0");
    assertRefused(given().body(json("UINT8", "[1, 1, 8, 8]", levels)), "is 51.25");
    ByteBuffer raw = ByteBuffer.allocate(4 * PIXELS).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < PIXELS; i++) {
      raw.putFloat(i == 9 ? Float.NaN : 51);
    }
    String json =
        """
        {"inputs": [{"name": "image", "shape": [1, 1, 8, 8], "datatype": "FP32",
                     "parameters": {"binary_data_size": 256}}]}""";
    assertRefused(binary(json, raw.array(), json.length()), "element 9: is NaN");
    binary(json, raw.putFloat(4 * 9, 51).array(), json.length())
        .post("/v2/models/m/infer")
        .then()
        .statusCode(200);
  }

  @Test
  void imageFilesAreElementsOfTypeBytes() throws IOException {
    byte[] png = Pictures.flat(31, 17, 200, "png");
    byte[] dicom = Dicoms.flat(20, 24, 100);
    String base64 =
        List.of(png, dicom).stream()
            .map(file -> '"' + Base64.getEncoder().encodeToString(file) + '"')
            .toList()
            .toString();
    infer(json("BYTES", "[2]", base64))
        .then()
        .statusCode(200)
        .body("outputs[1].shape", is(List.of(2, 1)))
        .body("outputs[1].data[0]", closeTo((float) BRIGHTNESS.probability(0, 200)))
        .body("outputs[1].data[1]", closeTo((float) BRIGHTNESS.probability(0, 100)));
    ByteBuffer raw =
        ByteBuffer.allocate(8 + png.length + dicom.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.putInt(png.length).put(png).putInt(dicom.length).put(dicom);
    String json =
        """
        {"inputs": [{"name": "image", "shape": [2, 1], "datatype": "BYTES",
                     "parameters": {"binary_data_size": %d}}]}"""
            .formatted(raw.capacity());
    binary(json, raw.array(), json.length())
        .post("/v2/models/m/infer")
        .then()
        .statusCode(200)
        .body("outputs[1].data", hasSize(2));
    assertRefused(given().body(json("BYTES", "[1]", base64)), "is [1] for 2 files");
    assertRefused(given().body(json("BYTES", "[1]", "[\"%\"]")), "is not base64");
    assertRefused(given().body(json("BYTES", "[1]", "[\"AAAA\"]")), "inputs[0].data, element 0");
    assertRefused(given().body(json("BYTES", "[1]", "[\"AAAA\", 1]")), "numbers and texts");
    assertRefused(given().body(json("UINT8", "[1, 1, 8, 8]", "[\"AAAA\"]")), "has texts");
  }

  @Test
  void priorityAndTimeoutAreRead() {
    String json = json("UINT8", "[1, 1, 8, 8]", numbers(1));
    infer(with(json, "{\"priority\": 1, \"timeout\": 5000000}")).then().statusCode(200);
    assertRefused(given().body(with(json, "{\"priority\": 10}")), "parameters.priority: is 10");
    assertRefused(given().body(with(json, "{\"timeout\": -1}")), "parameters.timeout: is -1");
    infer(with(json, "{\"timeout\": 1}"))
        .then()
        .statusCode(504)
        .body("error", containsString("deadline"));
  }

  @Test
  void whatIsNotThereIsSaidInTheProtocolsForm() {
    for (String path : List.of("/nothing", "/v2/nothing", "/v2/models/m/versions/1/nothing")) {
      when().get(path).then().statusCode(404).body("error", not(nullValue()));
    }
    when().get("/v2/models/m/infer").then().statusCode(405).body("error", not(nullValue()));
    given()
        .body("x")
        .post("/v2/health/live")
        .then()
        .statusCode(405)
        .body("error", not(nullValue()));
    when().get("/v2/models/n").then().statusCode(404).body("error", containsString("n"));
    given()
        .header("Accept", "text/csv")
        .body("{}")
        .get("/v2")
        .then()
        .statusCode(406)
        .body("error", not(nullValue()));
  }

  @Test
  void aFaultIsSaidInTheProtocolsFormWithoutItsDetails() {
    Errors.Message message =
        (Errors.Message)
            new Errors(new AllowedMethods()).of(new ArithmeticException("secret")).getEntity();
    assertEquals("internal error; see the service's log", message.error());
    assertEquals(
        500, new Errors(new AllowedMethods()).of(new ArithmeticException("secret")).getStatus());
  }

  @Test
  void anImageNeedsNoContentType() throws IOException {
    byte[] png = Pictures.flat(9, 9, 128, "png");
    try (RawHttp connection = new RawHttp(address)) {
      String head =
          "POST /v1/models/m/predict HTTP/1.1\nHost: x\nConnection: close\nContent-Length: %d\n\n";
      RawHttp.Answer answer = connection.send(head.formatted(png.length)).send(png).answer();
      assertEquals(200, answer.status(), answer.body());
    }
  }

  @Test
  @Tag("slow")
  void whateverADecoderStumblesOverIsTheSendersToMend() {
    byte[] odd =
        Dicoms.builder(8, 8, 9)
            .shorts(0x00280100, 16)
            .shorts(0x00280101, 16)
            .shorts(0x00280102, 15)
            .bytes(0x7FE00010, "OW", new byte[127])
            .build();
    given().body(odd).post("/v1/models/m/predict").then().statusCode(400);
    byte[] dicom = Dicoms.flat(8, 8, 9);
    for (int length = 0; length < dicom.length; length++) {
      byte[] torn = Arrays.copyOf(dicom, length);
      given().body(torn).post("/v1/models/m/predict").then().statusCode(400);
    }
  }

  private static RequestSpecification binary(String json, byte[] bytes, int length) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json.getBytes(StandardCharsets.UTF_8));
    body.writeBytes(bytes);
    return given()
        .contentType("application/octet-stream")
        .header("Inference-Header-Content-Length", length)
        .body(body.toByteArray());
  }

  private static void assertRefused(RequestSpecification request, String message) {
    request
        .post("/v2/models/m/infer")
        .then()
        .statusCode(400)
        .body("error", containsString(message));
  }

  private static Response infer(String json) {
    return given().contentType("application/json").body(json).post("/v2/models/m/infer");
  }

  private static String json(String datatype, String shape, String data) {
    return """
        {"inputs": [{"name": "image", "shape": %s, "datatype": "%s", "data": %s}]}"""
        .formatted(shape, datatype, data);
  }

  private static String with(String json, String parameters) {
    return "{\"parameters\": " + parameters + ", " + json.substring(1);
  }

  private static String numbers(int level) {
    Object[] levels = new Object[PIXELS];
    Arrays.fill(levels, level);
    return Arrays.toString(levels);
  }

  private static org.hamcrest.Matcher<Float> closeTo(float value) {
    return new org.hamcrest.CustomTypeSafeMatcher<>("about " + value) {
      @Override
      protected boolean matchesSafely(Float found) {
        return Math.abs(found - value) < CLOSE;
      }
    };
  }
}
