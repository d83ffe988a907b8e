package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.mococxr.foundation.Json;
import org.mococxr.specs.RunDone;

/** The experiments of a release as its user sees them, over the REST API. */
final class Experiments {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final Release release;

  /** When something was asked for last, by experiment: an end before that is another one's. */
  private final Map<String, Instant> asked = new HashMap<>();

  Experiments(Release release) {
    this.release = release;
  }

  /** The small experiment under another name. */
  static String small(String name) throws IOException {
    return "name: " + name + "\n" + Values.resource("experiment.yaml");
  }

  /**
   * Requests the small experiment under a name that nobody has used in this installation: what an
   * earlier one has done would be taken over.
   */
  void submit(String name) throws IOException, InterruptedException {
    assertTrue(get(name).isMissingNode(), name + " exists already");
    submitAgain(name);
  }

  /** Requests the small experiment; what is not accepted is a failure. */
  void submitAgain(String name) throws IOException, InterruptedException {
    submitChanged(name, "");
  }

  /**
   * Requests the small experiment with other settings.
   *
   * @param changes YAML that is laid over it
   */
  void submitChanged(String name, String changes) throws IOException, InterruptedException {
    ask(name, "POST", "/api/experiments", Values.merged(small(name), changes));
  }

  /** Retries an experiment that failed or was cancelled. */
  void retry(String id) throws IOException, InterruptedException {
    ask(id, "POST", "/api/experiments/" + id + "/retry", "");
  }

  /** Cancels an experiment. */
  void cancel(String id) throws IOException, InterruptedException {
    ask(id, "DELETE", "/api/experiments/" + id, "");
  }

  private void ask(String id, String method, String path, String body)
      throws IOException, InterruptedException {
    String address = release.orchestrator();
    asked.put(id, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    HttpResponse<String> answer = send(address, method, path, body);
    assertEquals(202, answer.statusCode(), answer.body());
  }

  /**
   * Has a run work, from when it begins until the file that is given is deleted: whatever a test
   * does to it meanwhile comes neither too late nor too early. To be called before it is submitted.
   */
  Path hold(String id, String run) throws IOException {
    Path held = Files.createDirectories(release.artifacts().resolve("held"));
    return Files.createFile(held.resolve(id + "." + run));
  }

  /** What the API tells of an experiment that there is. */
  JsonNode known(String id) throws InterruptedException {
    return await(id, "known", experiment -> !experiment.isMissingNode());
  }

  /** What the API tells of an experiment; missing if it does not answer, or does not know it. */
  JsonNode get(String id) throws InterruptedException {
    try {
      HttpResponse<String> answer = send("GET", "/api/experiments/" + id, "");
      return answer.statusCode() == 200
          ? Json.MAPPER.readTree(answer.body())
          : MissingNode.getInstance();
    } catch (IOException away) {
      return MissingNode.getInstance();
    }
  }

  /** Whether an orchestrator lists the experiments. */
  boolean answers() throws InterruptedException {
    try {
      return send("GET", "/api/experiments", "").statusCode() == 200;
    } catch (IOException away) {
      return false;
    }
  }

  /** Ids of all experiments. */
  List<String> ids() throws IOException, InterruptedException {
    HttpResponse<String> answer = send(release.orchestrator(), "GET", "/api/experiments", "");
    assertEquals(200, answer.statusCode(), answer.body());
    List<String> ids = new ArrayList<>();
    Json.MAPPER
        .readTree(answer.body())
        .forEach(experiment -> ids.add(experiment.path("id").asText()));
    return ids;
  }

  /** Asks one pod. */
  HttpResponse<String> getFrom(String address, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(address + path)).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** What a pod says is missing until it is ready; empty if it is ready, or does not answer. */
  String missing(String address) throws InterruptedException {
    try {
      HttpResponse<String> ready = getFrom(address, "/q/health/ready");
      return ready.statusCode() == 503 ? ready.body() : "";
    } catch (IOException busy) {
      return "";
    }
  }

  /** The log of a run. */
  HttpResponse<String> log(String id, String run) throws IOException, InterruptedException {
    String path = "/api/experiments/" + id + "/runs/" + run + "/log";
    return send(release.orchestrator(), "GET", path, "");
  }

  /** One run of an experiment. */
  static JsonNode run(JsonNode experiment, String name) {
    for (JsonNode run : experiment.path("runs")) {
      if (run.path("name").asText().equals(name)) {
        return run;
      }
    }
    return MissingNode.getInstance();
  }

  /**
   * Waits until an experiment is as it should be; gives it. Whatever its runs do on the way, it may
   * take as long again.
   */
  JsonNode await(String id, String what, Predicate<JsonNode> condition)
      throws InterruptedException {
    Instant deadline = Instant.now().plus(Release.PATIENCE);
    JsonNode last = MissingNode.getInstance();
    while (Instant.now().isBefore(deadline)) {
      JsonNode now = get(id);
      if (condition.test(now)) {
        return now;
      }
      if (!now.isMissingNode()) {
        deadline = steps(now).equals(steps(last)) ? deadline : Instant.now().plus(Release.PATIENCE);
        last = now;
      }
      Thread.sleep(200);
    }
    throw new AssertionError("%s: not %s; last seen: %s".formatted(id, what, last));
  }

  /** How far it has come. */
  private static List<String> steps(JsonNode experiment) {
    List<String> steps = new ArrayList<>();
    steps.add(experiment.path("status").asText());
    for (JsonNode run : experiment.path("runs")) {
      steps.add(run.path("attempt").asText() + run.path("status").asText());
    }
    return steps;
  }

  /** Waits until a run is at work, or done already. */
  void awaitBegun(String id, String run) throws InterruptedException {
    await(
        id,
        run + " begun",
        experiment ->
            List.of("RUNNING", "DONE").contains(run(experiment, run).path("status").asText()));
  }

  /** Waits until a run has this status. */
  JsonNode awaitRun(String id, String run, String status) throws InterruptedException {
    return run(
        await(
            id,
            run + " " + status,
            experiment -> run(experiment, run).path("status").asText().equals(status)),
        run);
  }

  /** Waits until a run tells this reason. */
  String awaitReason(String id, String run, String part) throws InterruptedException {
    JsonNode found =
        await(
            id,
            run + " with reason '" + part + "'",
            experiment -> run(experiment, run).path("reason").asText().contains(part));
    return run(found, run).path("reason").asText();
  }

  /** Waits until an experiment has ended as it should, and audits its artefacts if it completed. */
  JsonNode awaitEnd(String id, String status) throws Exception {
    JsonNode ended = await(id, "ended", experiment -> ended(id, experiment));
    assertEquals(status, ended.path("status").asText(), ended.toString());
    if (status.equals("COMPLETED")) {
      audit(id, ended);
    }
    return ended;
  }

  /**
   * Waits until an experiment is complete that had been cancelled or had failed before. Every run
   * was done once; a trainer that was told to stop may have done its run all the same, which the
   * next attempt then finds.
   */
  JsonNode awaitCompleteAtLast(String id) throws Exception {
    JsonNode complete = await(id, "complete", e -> "COMPLETED".equals(e.path("status").asText()));
    Map<String, String> workers = workers(id, complete);
    workers.forEach((run, by) -> assertTrue(by.matches("attempt \\d+\n"), id + ": " + workers));
    return complete;
  }

  /**
   * Whether it has ended since something was asked for last: on a busy machine the orchestrator may
   * answer before it has read what was asked for.
   */
  private boolean ended(String id, JsonNode experiment) {
    return List.of("COMPLETED", "FAILED", "CANCELLED").contains(experiment.path("status").asText())
        && !Instant.parse(experiment.path("ended").asText())
            .isBefore(asked.getOrDefault(id, Instant.MIN));
  }

  /** Every run was done once, by the attempt that the state names. */
  private void audit(String id, JsonNode experiment) throws IOException {
    requireDone(id, experiment);
    Map<String, String> expected = new TreeMap<>();
    for (JsonNode run : experiment.path("runs")) {
      expected.put(run.path("name").asText(), "attempt " + run.path("attempt").asInt() + "\n");
    }
    assertEquals(expected, workers(id, experiment), "who did the runs of " + id);
  }

  /** Every run's {@code DONE.json} is there and names the attempt that the state names. */
  void requireDone(String id, JsonNode experiment) throws IOException {
    assertFalse(experiment.path("runs").isEmpty(), experiment.toString());
    for (JsonNode run : experiment.path("runs")) {
      Path done = folder(id, run).resolve(RunDone.FILE);
      assertTrue(Files.exists(done), done.toString());
      assertEquals(
          run.path("attempt").asInt(),
          RunDone.parse(Files.readString(done), done.toString()).attempt(),
          run.toString());
    }
  }

  /** What the attempts that did them have noted in the folders of the runs that are done. */
  Map<String, String> workers(String id) throws IOException, InterruptedException {
    return workers(id, known(id));
  }

  private Map<String, String> workers(String id, JsonNode experiment) throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (JsonNode run : experiment.path("runs")) {
      Path folder = folder(id, run);
      found.put(
          run.path("name").asText(),
          Files.exists(folder.resolve(RunDone.FILE))
              ? Files.readString(folder.resolve("work.log"))
              : "not done");
    }
    return found;
  }

  /** A run's folder as the trainers see it, on the volume as this test sees it. */
  Path folder(String id, JsonNode run) {
    Path output = Path.of(URI.create(run.path("output").asText()).getPath());
    return release
        .artifacts()
        .resolve("experiments")
        .resolve(id)
        .resolve("runs")
        .resolve(run.path("name").asText())
        .resolve(output.getFileName().toString());
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    List<String> addresses = release.orchestrators();
    if (addresses.isEmpty()) {
      throw new IOException("no orchestrator is ready");
    }
    return send(addresses.getFirst(), method, path, body);
  }

  private HttpResponse<String> send(String address, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path))
            .timeout(Duration.ofSeconds(40))
            .header("Content-Type", "application/yaml")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
