package org.mococxr.orchestrator.rest;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.orchestrator.testing.Surroundings;

/** A page of another origin cannot use a visitor's browser to start or cancel experiments. */
@Tag("slow")
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
@TestProfile(SameOriginTest.Named.class)
class SameOriginTest {
  private static final String WRONG = "name: [";

  /** Served under one name. */
  public static final class Named implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "mococxr.orchestrator.http.hosts", "mococxr.lab",
          "mococxr.orchestrator.http.replica-secret", "among us",
          "mococxr.orchestrator.streams.application-server", "10.1.2.3:8080");
    }
  }

  @TestHTTPResource URI self;

  @BeforeEach
  void awaitReady() {
    await()
        .atMost(Duration.ofSeconds(120))
        .until(() -> given().get("/q/health/ready").statusCode() == 200);
  }

  @Test
  void aForeignOriginIsRefusedForWhateverChangesSomething() {
    for (String origin : new String[] {"https://evil.example", "http://localhost:1", "null"}) {
      for (String type :
          List.of(
              "text/plain",
              "application/x-www-form-urlencoded",
              "application/yaml",
              "application/json")) {
        given()
            .config(ExperimentsResourceTest.asItIs(type))
            .header("Origin", origin)
            .contentType(type)
            .body(WRONG.getBytes())
            .post("/api/experiments")
            .then()
            .statusCode(403)
            .body("message", containsString("page of"));
      }
      given().header("Origin", origin).delete("/api/experiments/e").then().statusCode(403);
    }
    given()
        .header("Sec-Fetch-Site", "cross-site")
        .contentType("text/plain")
        .body(WRONG.getBytes())
        .post("/api/experiments")
        .then()
        .statusCode(403);
  }

  @Test
  void theOwnPageAndProgramsAreServed() {
    String origin = "http://" + self.getAuthority();
    given()
        .header("Origin", origin)
        .header("Sec-Fetch-Site", "same-origin")
        .contentType("text/plain")
        .body(WRONG.getBytes())
        .post("/api/experiments")
        .then()
        .statusCode(400);
    given()
        .contentType("text/plain")
        .body(WRONG.getBytes())
        .post("/api/experiments")
        .then()
        .statusCode(400);
  }

  @Test
  void replicasAreServedByTheirAddressAndNobodyElseLearnsAnythingFromThem() {
    given()
        .header("Host", "10.1.2.3:8080")
        .header(Replicas.SECRET_HEADER, "among us")
        .get("/internal/experiments")
        .then()
        .statusCode(200);
    given().header("Host", "10.1.2.3:8080").get("/api/experiments").then().statusCode(403);
    given().get("/internal/experiments").then().statusCode(403);
    given()
        .header(Replicas.SECRET_HEADER, "guessed")
        .get("/internal/experiments/e1")
        .then()
        .statusCode(403);
  }

  @Test
  void aNameThatWasMadeToPointHereIsRefused() {
    given()
        .header("Host", "evil.example:" + self.getPort())
        .get("/api/experiments")
        .then()
        .statusCode(403)
        .body("message", containsString("http.hosts"));
    given().header("Host", "mococxr.lab").get("/api/experiments").then().statusCode(200);
    given().get("/api/experiments").then().statusCode(200);
  }
}
