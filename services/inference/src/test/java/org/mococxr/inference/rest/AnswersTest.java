package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/** Answers about models, of X-rays and of tensors are what the OpenAPI document says. */
@Tag("slow")
@QuarkusTest
@TestProfile(WithBatches.class)
class AnswersTest {
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
