package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mococxr.inference.testing.WithoutKafka;

/** No job is taken where nobody said what it may read. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class NoBatchesTest {
  @Test
  void withoutFoldersNoJobIsTaken() {
    String body = "{\"model\": \"m\", \"input\": \"file:///in/\", \"output\": \"a.csv\"}";
    for (Response response :
        List.of(
            given().body(body).post("/v1/batches"),
            when().get("/v1/batches"),
            when().get("/v1/batches/x"),
            when().get("/v1/batches/x/events"),
            when().delete("/v1/batches/x"))) {
      response
          .then()
          .statusCode(403)
          .body("error", containsString("mococxr.inference.batches.inputs"))
          .body("error", containsString("mococxr.inference.batches.output"))
          .body("error", containsString("MOCOCXR_INFERENCE_BATCHES_OUTPUT"));
    }
  }
}
