package org.mococxr.inference.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.inference.testing.RawHttp;

/** A client that sends too much is refused, and another is not. */
@Tag("slow")
@QuarkusTest
@TestProfile(ClientQuotasTest.Bounded.class)
class ClientQuotasTest {

  /** Two requests and 100 KiB at once, and then a request in 50 seconds and 1 KiB in one. */
  public static final class Bounded implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "mococxr.inference.publications.enabled", "false",
          "mococxr.inference.quotas.client-header", "X-Client",
          "mococxr.inference.quotas.requests", "0.02",
          "mococxr.inference.quotas.bytes", "1K",
          "mococxr.inference.quotas.burst", "PT100S");
    }
  }

  @TestHTTPResource URI address;

  @TestHTTPResource(management = true)
  URI management;

  @Test
  void aBodyCountsThatIsBrokenOff() throws IOException {
    try (RawHttp connection = new RawHttp(address)) {
      connection
          .send("POST /v1/models/m/predict HTTP/1.1\nHost: x\nX-Client: c\n")
          .send("Content-Length: 300000\n\n")
          .send(new byte[200_000]);
    }
    // 97,600 bytes too many need 95 s; a request too many needs 50 s.
    await()
        .atMost(10, SECONDS)
        .until(
            () -> {
              String seconds = send("c").header("Retry-After");
              return seconds != null && Integer.parseInt(seconds) > 60;
            });
  }

  private static Response send(String client) {
    return given().header("X-Client", client).body("x").post("/v1/models/m/predict");
  }

  @Test
  void moreRequestsThanTheQuotaAreRefused() {
    // Nothing is served here: what passes the gate is answered with 503.
    assertEquals(503, send("a").statusCode());
    assertEquals(503, send("a").statusCode());
    Response refused = send("a");
    refused.then().statusCode(429).body("error", containsString("quotas.requests"));
    int seconds = Integer.parseInt(refused.header("Retry-After"));
    assertTrue(seconds > 10 && seconds <= 50, seconds + " s");
    assertEquals(503, send("b").statusCode());
    // Whoever names no client is known by its address.
    for (int status : new int[] {503, 503, 429}) {
      given().body("x").post("/v1/models/m/predict").then().statusCode(status);
    }
    when().get("/v1/models").then().statusCode(200);
    String metrics = when().get(management.resolve("/q/metrics")).asString();
    assertTrue(metrics.contains("requests_refused_total{reason=\"quota\"}"), metrics);
  }
}
