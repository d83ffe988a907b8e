package org.mococxr.orchestrator.rest;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.orchestrator.testing.Surroundings;
import org.mococxr.testkit.Issuer;

/** Users sign in at an issuer of tokens, and do what their roles allow. */
@Tag("slow")
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
@QuarkusTestResource(value = Issuer.class, restrictToAnnotatedClass = true)
@TestProfile(SignInTest.SignedIn.class)
class SignInTest {
  private static final String WRONG = "name: [";

  /** A service of its own. */
  public static final class SignedIn implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of();
    }
  }

  @BeforeEach
  void healthIsForEverybody() {
    await()
        .atMost(Duration.ofSeconds(120))
        .until(() -> given().get("/q/health/ready").statusCode() == 200);
  }

  private static RequestSpecification as(String token) {
    return given().redirects().follow(false).auth().oauth2(token);
  }

  private static Response submit(RequestSpecification who) {
    return who.contentType("application/yaml").body(WRONG.getBytes()).post("/api/experiments");
  }

  @Test
  void aViewerSeesAndChangesNothing() {
    String viewer = Issuer.token("viewer");
    as(viewer).get("/api/experiments").then().statusCode(200);
    as(viewer).get("/").then().statusCode(200).body(containsString("<h1>"));
    submit(as(viewer)).then().statusCode(403);
    as(viewer).delete("/api/experiments/e").then().statusCode(403);
    as(viewer).post("/api/experiments/e/retry").then().statusCode(403);
  }

  @Test
  void anOperatorMayDoAllOfIt() {
    String operator = Issuer.token("operator");
    as(operator).get("/api/experiments").then().statusCode(200);
    submit(as(operator)).then().statusCode(400);
    as(operator).delete("/api/experiments/nobody").then().statusCode(404);
  }

  @Test
  void whoShowsNoRoleOrNoGoodTokenIsRefused() {
    as(Issuer.token("inference")).get("/api/experiments").then().statusCode(403);
    as(Issuer.token("inference")).get("/").then().statusCode(403);
    for (String token :
        new String[] {Issuer.expired("operator"), Issuer.forged("operator"), "nonsense"}) {
      as(token).get("/api/experiments").then().statusCode(401);
      submit(as(token)).then().statusCode(401);
      as(token).get("/api/experiments/../experiments").then().statusCode(401);
    }
  }

  @Test
  void metricsAreForEverybodyAndReplicasKnowEachOtherByOtherMeans() {
    given().get("/q/metrics").then().statusCode(200);
    // A port that is forwarded to this machine makes nobody a replica, nor does a header.
    given().get("/internal/experiments").then().statusCode(403);
    given()
        .header("X-Forwarded-For", "127.0.0.1")
        .get("/internal/experiments")
        .then()
        .statusCode(403);
    // Replicas have no tokens: whether it is one that asks for turns is for the service to say.
    given()
        .contentType("application/json")
        .body("{\"replica\": \"b\", \"partitions\": [], \"claims\": []}")
        .post("/internal/turns")
        .then()
        .statusCode(403)
        .body("message", org.hamcrest.Matchers.containsString("for replicas only"));
    given().redirects().follow(false).get("/q/metricsandmore").then().statusCode(302);
  }

  @Test
  void aBrowserIsSentToSignInAndComesBack() {
    Response sent = given().redirects().follow(false).get("/");
    assertEquals(302, sent.statusCode());
    String place = sent.header("Location");
    assertTrue(place.startsWith(Issuer.address() + "/authorize?"), place);
    Map<String, String> asked =
        Arrays.stream(URI.create(place).getQuery().split("&"))
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    assertEquals("mococxr", asked.get("client_id"));
    assertEquals("code", asked.get("response_type"));
    Response back =
        given()
            .redirects()
            .follow(false)
            .cookies(sent.cookies())
            .queryParam("code", "once")
            .queryParam("state", asked.get("state"))
            .get("/");
    assertEquals(302, back.statusCode(), back.asString());
    given()
        .cookies(back.cookies())
        .get("/api/experiments")
        .then()
        .statusCode(200)
        .contentType(startsWith("application/json"));
    // In a browser, too, a viewer only looks.
    submit(given().cookies(back.cookies())).then().statusCode(403);
  }

  @Test
  void behindAnIngressThatEndsTlsTheWayBackIsByTls() {
    String place =
        given()
            .redirects()
            .follow(false)
            .header("Host", "lab.example.org")
            .header("X-Forwarded-Proto", "https")
            .header("X-Forwarded-Port", "443")
            .header("X-Forwarded-Host", "elsewhere.example.org")
            .get("/")
            .header("Location");
    assertTrue(place.contains("redirect_uri=https%3A%2F%2Flab.example.org%2F"), place);
  }

  @Test
  void aPageThatIsSignedOutIsToldSoInsteadOfBeingSentElsewhere() {
    given()
        .redirects()
        .follow(false)
        .header("X-Requested-With", "JavaScript")
        .get("/api/experiments")
        .then()
        .statusCode(499);
  }
}
