package org.mococxr.orchestrator.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.orchestrator.install.PhantomExperiment;
import org.mococxr.orchestrator.testing.Surroundings;

/** The whole service over HTTP, with a real broker and real processes. */
@Tag("slow")
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class ExperimentsResourceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final String YAML =
      """
      name: %s
      data: {root: /data}
      tasks: [%s]
      initialisations: [random]
      modes: [linear]
      """;

  @BeforeEach
  void awaitReady() {
    await().atMost(PATIENCE).until(() -> when().get("/q/health/ready").statusCode() == 200);
  }

  @Test
  void anExperimentIsRequestedWatchedAndReported() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    given()
        .header("traceparent", trace)
        .contentType("application/yaml")
        .body(YAML.formatted("whole", "nothing").getBytes())
        .post("/api/experiments")
        .then()
        .statusCode(202)
        .body("id", equalTo("whole"));
    awaitStatus("whole", "COMPLETED");
    when()
        .get("/api/experiments/whole")
        .then()
        .body("runsDone", equalTo(7))
        .body("runsTotal", equalTo(7))
        .body("report", equalTo("/api/experiments/whole/report"))
        .body("runs.status", everyItem(equalTo("DONE")));
    when().get("/api/experiments").then().body("id", hasItem("whole"));
    when()
        .get("/api/experiments/whole/report")
        .then()
        .contentType("text/html")
        .body(containsString("figures"));
    when()
        .get("/api/experiments/whole/runs/report/log")
        .then()
        .statusCode(200)
        .body(containsString("traceparent " + trace));
    when()
        .get("/q/metrics")
        .then()
        .body(containsString("mococxr_orchestrator_experiments{status=\"completed\"}"))
        .body(containsString("mococxr_orchestrator_attempts_total{cause=\"done\",kind=\"report\"}"))
        .body(containsString("mococxr_orchestrator_run_duration_seconds_bucket{kind=\"report\""))
        .body(containsString("mococxr_orchestrator_run_queue_seconds_count{kind=\"report\"}"))
        .body(containsString("mococxr_orchestrator_launcher_errors_total"))
        .body(containsString("mococxr_orchestrator_kafka_lag"));
    when().get("/api/experiments/whole/runs/..%2f..%2fx/log").then().statusCode(404);
    when()
        .get("/api/experiments/whole/spec")
        .then()
        .body("modes", equalTo(List.of("linear")))
        .body("pretraining", nullValue());
  }

  @Test
  void theTestOfAnInstallationEndsWithTheReportOrWithTheReason() throws Exception {
    PhantomExperiment test =
        new PhantomExperiment(URI.create("http://127.0.0.1:" + RestAssured.port));
    assertTrue(test.report(YAML.formatted("installed", "nothing"), PATIENCE).contains("figures"));
    IllegalStateException failed =
        assertThrows(
            IllegalStateException.class,
            () -> test.report(YAML.formatted("not-installed", "reject"), PATIENCE));
    assertTrue(failed.getMessage().contains("epochs: found -1"), failed.getMessage());
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> test.report("name: x", PATIENCE));
    assertTrue(refused.getMessage().contains("not taken"), refused.getMessage());
  }

  /** The body is sent as it is, also where a form is expected. */
  static RestAssuredConfig asItIs(String type) {
    return RestAssured.config()
        .encoderConfig(EncoderConfig.encoderConfig().encodeContentTypeAs(type, ContentType.TEXT));
  }

  @Test
  void theUsersErrorNamesItsFieldAndStartsNothing() {
    submit("name: wrong\ndata: {root: /d}\ntasks: [a]\nsede: 3\n")
        .then()
        .statusCode(400)
        .body("location", equalTo("experiment, field sede"))
        .body("problem", equalTo("unknown field"));
    submit("name: wrong\ndata: {root: /d}\ntasks: [a]\nsplit: {fractions: [2]}\n")
        .then()
        .statusCode(400)
        .body("location", equalTo("experiment, field split.fractions[0]"))
        .body("problem", equalTo("found 2"))
        .body("remedy", equalTo("expected above 0, at most 1"));
    // What curl --data-binary says of a file that it sends, and a file without a name of its kind.
    for (String type : List.of("application/x-www-form-urlencoded", "application/octet-stream")) {
      given()
          .config(asItIs(type))
          .contentType(type)
          .body("name: wrong\ndata: {root: /d}\ntasks: [a]\nsede: 3\n".getBytes())
          .post("/api/experiments")
          .then()
          .statusCode(400)
          .body("location", equalTo("experiment, field sede"));
    }
    submit("{\"name\": \"wrong\"}").then().statusCode(400).body("problem", equalTo("missing"));
    submit("").then().statusCode(400);
    when().get("/api/experiments/wrong").then().statusCode(404);
    when().delete("/api/experiments/wrong").then().statusCode(404);
  }

  @Test
  void anExperimentThatIsTooLargeIsRefusedWithItsSize() {
    String large = YAML.formatted("large", "nothing") + "published: " + "x".repeat(300_000);
    submit(large)
        .then()
        .statusCode(413)
        .body("message", containsString("%,d bytes".formatted(large.length())))
        .body("message", containsString("262,144"));
    String initialisations =
        "initialisations: [random, moco, {name: imagenet, weights: 'file:///w.pth'}]\n";
    String fractions =
        java.util.stream.IntStream.rangeClosed(1, 4)
            .mapToObj(i -> "0.0" + i)
            .collect(java.util.stream.Collectors.joining(", "));
    submit(
            "name: vast\ndata: {root: /data}\ntasks: [Effusion]\n"
                + initialisations
                + "split: {fractions: [%s], draws: [1000]}\n".formatted(fractions))
        .then()
        .statusCode(400)
        .body("problem", equalTo("the experiment would have 24,008 runs"))
        .body("remedy", containsString("max-runs"));
    when().get("/api/experiments/large").then().statusCode(404);
    when().get("/internal/experiments").then().statusCode(200);
    when().get("/internal/experiments/large").then().statusCode(404);
    when().get("/internal/experiments/large/unreadable").then().statusCode(404);
    when().get("/internal/experiments/large/queue").then().statusCode(200).body(equalTo("{}"));
    given()
        .contentType("application/json")
        .body(
            "{'replica': 'b', 'partitions': [], 'claims': [{'experiment': 'e', 'run': 'r', 'attempt': 2,"
                    .replace('\'', '"')
                + "'works': false, 'holds': false, 'priority': 0, 'requested': '2026-01-02T03:04:05Z', 'position': 0}]}"
                    .replace('\'', '"'))
        .post("/internal/turns")
        .then()
        .statusCode(200)
        .body("turns", equalTo(java.util.List.of("e/r/2")))
        .body("most", equalTo(1000));
  }

  @Test
  void aRunThatTheTrainerRejectsFailsTheExperimentWithItsReason() {
    submit(YAML.formatted("rejected", "reject")).then().statusCode(202);
    awaitStatus("rejected", "FAILED");
    when()
        .get("/api/experiments/rejected")
        .then()
        .body("reason", containsString("epochs: found -1"))
        .body("report", nullValue());
    when().get("/api/experiments/rejected/report").then().statusCode(404);

    when().post("/api/experiments/rejected/retry").then().statusCode(202);
    whatIs("rejected", "ended", nullValue());
    awaitStatus("rejected", "FAILED");
    submit(YAML.formatted("rejected", "reject")).then().statusCode(202);
    whatIs("rejected", "ended", nullValue());
  }

  @Test
  void whatWasAskedForIsSeenByTheNextQuestion() {
    for (int i = 0; i < 20; i++) {
      submit(YAML.formatted("asked", "nothing") + "suspend: true\n").then().statusCode(202);
      whatIs("asked", "ended", nullValue());
      when().delete("/api/experiments/asked").then().statusCode(202);
      whatIs("asked", "status", equalTo("CANCELLED"));
    }
  }

  @Test
  void aRunThatHasNotBegunHasNoLogAndTheAnswerSaysWhy() {
    submit(YAML.formatted("unbegun", "nothing") + "suspend: true\n").then().statusCode(202);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                when()
                    .get("/api/experiments/unbegun/runs/report/log")
                    .then()
                    .statusCode(404)
                    .body("message", equalTo("run 'report' has no log here; it is waiting")));
    when().delete("/api/experiments/unbegun").then().statusCode(202);
  }

  private static void whatIs(String experiment, String field, Matcher<?> expected) {
    when().get("/api/experiments/" + experiment).then().statusCode(200).body(field, expected);
  }

  @Test
  void whoServesThisMachineOnlyIsAskedByItsNamesOnly() {
    given().header("Host", "evil.example").get("/api/experiments").then().statusCode(403);
  }

  @Test
  void thereIsADashboard() {
    when().get("/").then().statusCode(200).contentType("text/html").body(containsString("<h1>"));
    when().get("/dashboard.js").then().statusCode(200);
    when().get("/dashboard.css").then().statusCode(200);
  }

  private static Response submit(String body) {
    return given().contentType("application/yaml").body(body.getBytes()).post("/api/experiments");
  }

  private static void awaitStatus(String experiment, String status) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Response answer = when().get("/api/experiments/" + experiment);
              return answer.statusCode() == 200
                  && !"SPLITTING RUNNING".contains(answer.path("status"));
            });
    assertEquals(status, when().get("/api/experiments/" + experiment).path("status"));
  }
}
