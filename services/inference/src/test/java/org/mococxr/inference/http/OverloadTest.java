package org.mococxr.inference.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.RawHttp;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.Pictures;

/** What one sender can do to the others: nothing. */
@Tag("slow")
@QuarkusTest
@TestProfile(OverloadTest.Small.class)
class OverloadTest {
  private static final int SIZE = 8;
  private static final int MIB = 1 << 20;

  /** Less than it took when each sender held a thread until its read timed out, twice 10 s. */
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @TestHTTPResource(management = true)
  URI management;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private final List<RawHttp> connections = new ArrayList<>();

  /** Bounds that a test reaches. */
  public static final class Small implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "mococxr.inference.publications.enabled", "false",
          "mococxr.inference.limits.body", "4M",
          "mococxr.inference.limits.bodies", "8M",
          "mococxr.inference.limits.body-grace", "PT2S",
          "mococxr.inference.limits.body-rate", "64K");
    }
  }

  @BeforeEach
  void serve() throws IOException {
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(SIZE));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  @AfterEach
  void close() throws IOException {
    for (RawHttp connection : connections) {
      connection.close();
    }
    models.withdraw("m");
    await().atMost(60, SECONDS).until(() -> gauge("mococxr_inference_body_bytes") == 0);
    await().atMost(60, SECONDS).until(() -> gauge("mococxr_inference_requests_active") == 0);
  }

  @Test
  void sendersThatStopInTheirBodyStopNobodyElse() throws IOException {
    when().get(management.resolve("/q/health/ready")).then().statusCode(200);
    anHonestRequestIsAnswered();
    for (int i = 0; i < 300; i++) {
      connect().send(head(1000)).send(new byte[10]);
    }
    assertTimeoutPreemptively(
        SOON, () -> when().get(management.resolve("/q/health/ready")).then().statusCode(200));
    assertTimeoutPreemptively(SOON, this::anHonestRequestIsAnswered);
    RawHttp.Answer answer = connections.getFirst().answer();
    assertEquals(408, answer.status());
    assertTrue(answer.body().contains("\"error\""), answer.body());
  }

  @Test
  void bodiesFillTheirPartOfTheMemoryAndNoMore() throws IOException {
    for (int i = 0; i < 20; i++) {
      connect().send(head(4 * MIB - 1)).send(new byte[MIB]);
    }
    // The first holds 4 of the 6 MiB that large bodies have; none of the others fits beside it.
    await().atMost(10, SECONDS).until(() -> gauge("mococxr_inference_body_bytes") == 4 * MIB - 1);
    assertTimeoutPreemptively(SOON, this::anHonestRequestIsAnswered);
    int refused = 0;
    for (RawHttp connection : connections) {
      RawHttp.Answer answer = connection.answer();
      if (answer.status() == 429) {
        refused++;
        assertTrue(answer.head().contains("retry-after: 1"), answer.head());
        assertTrue(answer.body().contains("\"error\""), answer.body());
      } else {
        assertEquals(408, answer.status());
      }
    }
    assertEquals(19, refused);
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItIsSentAndWhileItComes() throws IOException {
    RawHttp.Answer declared = connect().send(head(4 * MIB + 1)).answer();
    assertEquals(413, declared.status());
    assertTrue(declared.body().contains("limits.body"), declared.body());
    RawHttp chunked =
        connect()
            .send("POST /v1/models/m/predict HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n");
    for (int i = 0; i < 5; i++) {
      chunked.send("100000\n").send(new byte[MIB]).send("\n");
    }
    assertEquals(413, chunked.answer().status());
  }

  @Test
  void aSmallCompressedBodyCannotBecomeALargeOne() throws IOException {
    byte[] bomb = Deflation.GZIP.compress(new byte[64 * MIB]);
    for (String path : List.of("/v1/models/m/predict", "/v2/models/m/infer")) {
      given()
          .header("Content-Encoding", "gzip")
          .body(bomb)
          .post(path)
          .then()
          .statusCode(413)
          .body("error", containsString("inflated"));
    }
  }

  /** HorizontalPodAutoscaler and KEDA of the chart, whose queries are read from its template. */
  @Test
  void whatAutoscalersAskForIsThereAndRisesUnderLoad() throws Exception {
    Set<String> asked =
        Pattern.compile("mococxr_inference_[a-z_]+")
            .matcher(Files.readString(Path.of("../../helm/moco-cxr/templates/autoscaling.yaml")))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(asked.contains("mococxr_inference_requests_active"), asked.toString());
    AtomicBoolean enough = new AtomicBoolean();
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/v1/models/m/predict"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(Pictures.flat(1500, 1500, 128, "png")))
            .build();
    try (HttpClient client = HttpClient.newHttpClient();
        ExecutorService senders = Executors.newFixedThreadPool(6)) {
      List<Future<Void>> sent = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        sent.add(
            senders.submit(
                () -> {
                  while (!enough.get()) {
                    client.send(request, HttpResponse.BodyHandlers.discarding());
                  }
                  return null;
                }));
      }
      try {
        await()
            .atMost(120, SECONDS)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> gauge("mococxr_inference_requests_active") > 0);
        await()
            .atMost(120, SECONDS)
            .until(() -> gauge("mococxr_inference_queue_duration_seconds_count") > 0);
      } finally {
        enough.set(true);
      }
      for (Future<Void> one : sent) {
        one.get(120, SECONDS);
      }
    }
    String told = when().get(management.resolve("/q/metrics")).asString();
    for (String metric : asked) {
      assertTrue(
          told.lines()
              .anyMatch(line -> line.startsWith(metric + "{") || line.startsWith(metric + " ")),
          metric);
    }
  }

  private void anHonestRequestIsAnswered() throws IOException {
    given()
        .body(Pictures.flat(20, 20, 128, "png"))
        .post("/v1/models/m/predict")
        .then()
        .statusCode(200);
  }

  private RawHttp connect() throws IOException {
    RawHttp connection = new RawHttp(address);
    connections.add(connection);
    return connection;
  }

  private static String head(int length) {
    return "POST /v1/models/m/predict HTTP/1.1\nHost: x\nContent-Length: " + length + "\n\n";
  }

  private double gauge(String name) {
    return when()
        .get(management.resolve("/q/metrics"))
        .asString()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
