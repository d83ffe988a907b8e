package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithBatches;
import org.mococxr.testkit.Pictures;

/** Jobs as clients ask for them. */
@Tag("slow")
@QuarkusTest
@TestProfile(WithBatches.class)
class BatchesResourceTest {
  private static final Path INPUT = WithBatches.input("resource");

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  @BeforeEach
  void serve() throws IOException {
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(8));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
    Files.createDirectories(INPUT);
    for (int i = 0; i < 70; i++) {
      Files.write(INPUT.resolve("%02d.png".formatted(i)), Pictures.flat(9, 9, 3 * i, "png"));
    }
  }

  @AfterEach
  void withdraw() {
    models.withdraw("m");
  }

  private static String body(String output) {
    return Json.line(Map.of("model", "m", "input", INPUT.toUri().toString(), "output", output));
  }

  /** Events of a job until its stream ends. */
  private List<JsonNode> events(String id) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> stream =
          client.send(
              HttpRequest.newBuilder(address.resolve("/v1/batches/" + id + "/events"))
                  .timeout(Duration.ofSeconds(60))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(200, stream.statusCode());
      assertTrue(
          stream.headers().firstValue("content-type").orElse("").startsWith("text/event-stream"));
      return stream
          .body()
          .lines()
          .filter(line -> line.startsWith("data:"))
          .map(line -> json(line.substring("data:".length())))
          .toList();
    }
  }

  private static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  @Test
  void aJobIsAcceptedFollowedAndForgotten() throws Exception {
    String id =
        given()
            .contentType("application/json")
            .body(body("a.csv"))
            .post("/v1/batches")
            .then()
            .statusCode(202)
            .body("phase", is("queued"))
            .body("model", is("m"))
            .body("version", is("1"))
            .body("study", is("image"))
            .body("output", endsWith("/out/a.csv"))
            .extract()
            .path("id");
    List<JsonNode> events = events(id);
    JsonNode last = events.getLast();
    assertEquals("completed", last.get("phase").asText(), events.toString());
    assertEquals(70, last.get("done").asInt());
    assertEquals(70, last.get("images").asInt());
    assertEquals(0, last.get("failed").asInt());
    for (JsonNode event : events) {
      boolean ended = event == last;
      assertEquals(ended, event.get("phase").asText().equals("completed"), events.toString());
    }
    assertEquals(71, Files.readAllLines(WithBatches.OUTPUT.resolve("a.csv")).size());
    when().get("/v1/batches").then().statusCode(200).body("id", hasItem(id));
    when()
        .get("/v1/batches/" + id)
        .then()
        .statusCode(200)
        .body("phase", is("completed"))
        .body("reason", nullValue());
    when().delete("/v1/batches/" + id).then().statusCode(200).body("phase", is("completed"));
    for (String path : List.of(id, id + "/events", "x")) {
      when()
          .get("/v1/batches/" + path)
          .then()
          .statusCode(404)
          .body("error", containsString("there is no batch job"));
    }
    when().delete("/v1/batches/" + id).then().statusCode(404);
    assertTrue(Files.exists(WithBatches.OUTPUT.resolve("a.csv")));
  }

  @Test
  void whatIsNoJobIsTheSendersError() {
    for (String body :
        List.of(
            "",
            "{",
            "null",
            "[]",
            "\"x\"",
            "{}",
            "{\"model\": \"m\"}",
            body("a.csv").replace("\"m\"", "7"),
            body("../a.csv"),
            body("a.txt"),
            body("b.csv").replace("in/", "other/"),
            body("b.csv").replace("{", "{\"format\": \"parquet\", "),
            body("b.csv").replace("{", "{\"columns\": {}, "))) {
      given().body(body).post("/v1/batches").then().statusCode(400);
    }
    given()
        .body(body("b.csv").replace("in/", "other/"))
        .post("/v1/batches")
        .then()
        .body("error", containsString("mococxr.inference.batches.inputs"));
    given()
        .body(body("b.csv").replace("\"m\"", "\"n\""))
        .post("/v1/batches")
        .then()
        .statusCode(404);
    when()
        .options("/v1/batches")
        .then()
        .statusCode(204)
        .header("Allow", "GET, HEAD, OPTIONS, POST");
  }
}
