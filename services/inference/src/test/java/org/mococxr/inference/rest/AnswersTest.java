package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.DescribedAnswers;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithBatches;
import org.mococxr.testkit.Pictures;

/** Answers of every call are what the OpenAPI document says. */
@Tag("slow")
@QuarkusTest
@TestProfile(AnswersTest.WithEverything.class)
class AnswersTest {
  /** Batch jobs, feedback, and clients that may load and unload. */
  public static final class WithEverything implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(new WithBatches().getConfigOverrides());
      settings.put("mococxr.inference.control", "true");
      return settings;
    }
  }

  private static final Path INPUT = WithBatches.input("answers");

  /** Of another test, which has an archive. */
  private static final String STORE = "POST /v1/models/{model}/store 200";

  @TempDir Path folder;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private final DescribedAnswers described;

  AnswersTest() throws IOException {
    described = new DescribedAnswers();
  }

  @AfterEach
  void withdraw() {
    models.withdraw("m");
    models.withdraw("told");
  }

  private RequestSpecification asking() {
    return given().filter(described);
  }

  private Response get(String path, int status) {
    return asking().get(path).then().statusCode(status).extract().response();
  }

  @Test
  void everyAnswerFitsItsSchema() throws IOException {
    get("/v2/health/ready", 503);
    get("/v2/models/m", 503);
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(8));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
    Bundle told =
        Bundle.write(
            folder.resolve("told"),
            "told",
            "1",
            TinyNetwork.brightness(8),
            json ->
                json.putObject("metrics")
                    .putObject("Brightness")
                    .putObject("auroc")
                    .put("value", 0.9)
                    .put("lower", 0.8)
                    .put("upper", 0.95));
    loader.load(told.uri(), Optional.empty(), models::serve);
    predictions();
    tensors();
    for (String path : Set.of("", "/health/live", "/health/ready", "/models/stats")) {
      get("/v2" + path, 200);
    }
    for (String version : Set.of("", "/versions/1")) {
      for (String path : Set.of("", "/ready", "/stats")) {
        get("/v2/models/m" + version + path, 200);
        get("/v2/models/unknown" + version + path, 404);
      }
    }
    get("/v1/models", 200);
    feedback();
    batches();
    repository();
    Set<String> missed = new TreeSet<>(described.described());
    missed.removeAll(described.seen());
    assertEquals(Set.of(STORE), missed);
  }

  private void predictions() {
    byte[] picture = Pictures.flat(9, 9, 200, "png");
    for (String model : Set.of("m", "told")) {
      for (String heatMaps : Set.of("false", "true", "layers")) {
        asking()
            .body(picture)
            .post("/v1/models/" + model + "/predict?heatmaps=" + heatMaps)
            .then()
            .statusCode(200);
      }
    }
    asking()
        .multiPart("image", "a.png", picture)
        .multiPart("image", "b.png", picture)
        .post("/v1/models/m/predict")
        .then()
        .statusCode(200);
    asking().body(picture).post("/v1/models/m/heatmap").then().statusCode(200);
    asking().body("?").post("/v1/models/m/predict").then().statusCode(400);
  }

  private void tensors() {
    String json =
        Json.line(
            Map.of(
                "id",
                "1",
                "inputs",
                new Object[] {
                  Map.of(
                      "name",
                      "image",
                      "datatype",
                      "UINT8",
                      "shape",
                      new int[] {1, 1, 8, 8},
                      "data",
                      new int[64])
                }));
    String binary = json.replaceFirst("\\{", "{\"parameters\":{\"binary_data_output\":true},");
    for (String path : Set.of("/v2/models/m/infer", "/v2/models/m/versions/1/infer")) {
      for (String body : Set.of(json, binary)) {
        asking().contentType("application/json").body(body).post(path).then().statusCode(200);
      }
      asking().contentType("application/json").body("{}").post(path).then().statusCode(400);
    }
  }

  private void feedback() {
    get("/v1/models/m/feedback", 200);
    int[] greys = {10, 60, 120, 240};
    for (int grey : greys) {
      String id =
          given()
              .body(Pictures.flat(8, 8, grey, "png"))
              .post("/v1/models/m/predict")
              .path("studies[0].id");
      asking()
          .contentType("application/json")
          .body(Json.line(Map.of("id", id, "labels", Map.of("Brightness", grey > 100))))
          .post("/v1/models/m/feedback")
          .then()
          .statusCode(200);
    }
    get("/v1/models/m/feedback", 200);
  }

  private void batches() throws IOException {
    Files.createDirectories(INPUT);
    Files.write(INPUT.resolve("a.png"), Pictures.flat(9, 9, 3, "png"));
    Map<String, String> job =
        Map.of("model", "m", "input", INPUT.toUri().toString(), "output", "answers.csv");
    String id =
        asking()
            .contentType("application/json")
            .body(Json.line(job))
            .post("/v1/batches")
            .then()
            .statusCode(202)
            .extract()
            .path("id");
    get("/v1/batches/" + id + "/events", 200);
    get("/v1/batches", 200);
    get("/v1/batches/" + id, 200);
    asking().delete("/v1/batches/" + id).then().statusCode(200);
    get("/v1/batches/" + id, 404);
    asking().contentType("application/json").body("{}").post("/v1/batches").then().statusCode(400);
  }

  private void repository() {
    for (String path : Set.of("unload", "load")) {
      asking().post("/v2/repository/models/m/" + path).then().statusCode(200);
      asking().post("/v2/repository/index").then().statusCode(200);
    }
    asking().delete("/v1/models/m").then().statusCode(204);
  }

  /** The first of the two would have no effect. */
  @Test
  void aFieldThatIsGivenTwiceIsRefusedByName() throws IOException {
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(8));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
    String zeros = Arrays.toString(new int[64]);
    String input = "'name':'image','datatype':'UINT8','shape':[1,1,8,8],'data':" + zeros;
    Map<String, String> bodies =
        Map.of(
            "{'id':'1','id':'2','inputs':[{" + input + "}]}", "id",
            "{'inputs':[{" + input + "}],'inputs':[{" + input + "}]}", "inputs",
            "{'inputs':[{" + input + ",'data':" + zeros + "}]}", "data",
            "{'parameters':{'priority':1,'priority':2},'inputs':[{" + input + "}]}", "priority");
    bodies.forEach((body, field) -> refused("/v2/models/m/infer", body, field));
    refused("/v1/batches", "{'model':'n','model':'m','input':'a','output':'b'}", "model");
    refused("/v1/models/m/feedback", "{'id':'1','labels':{'A':true,'A':false}}", "A");
    asking()
        .contentType("application/json")
        .body(("{'inputs':[{" + input + "}]}").replace('\'', '"'))
        .post("/v2/models/m/infer")
        .then()
        .statusCode(200);
  }

  private void refused(String path, String body, String field) {
    String error =
        asking()
            .contentType("application/json")
            .body(body.replace('\'', '"'))
            .post(path)
            .then()
            .statusCode(400)
            .extract()
            .path("error");
    assertEquals(
        "Duplicate field '" + field + "'", error.replaceAll(".*(Duplicate.*?'.*?').*", "$1"));
  }
}
