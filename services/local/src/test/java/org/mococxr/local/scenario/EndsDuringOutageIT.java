package org.mococxr.local.scenario;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.ModelPublished;
import org.mococxr.events.RunRequested;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Ports;
import org.mococxr.local.client.OrchestratorClient;
import org.mococxr.local.client.OrchestratorClient.Change;
import org.mococxr.local.client.OrchestratorClient.Run;
import org.mococxr.local.follow.EventFeed;
import org.mococxr.local.process.StartedServices;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.WorkFolder;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.ExperimentSpec;

/**
 * Trainers that begin and end while the broker is away for longer than they wait for it. The
 * launcher tells of them: no result is lost, nothing is computed twice, and the user sees why.
 *
 * <ol>
 *   <li>Three experiments stand before a run each: an export, a head whose manifest will be
 *       missing, and a pretraining.
 *   <li>The broker is away. The export completes, the head fails by its data (64), the pretraining
 *       is stopped by SIGTERM (75); all three trainers end without having been heard.
 *   <li>The broker is back: the first experiment completes and its model is published, the second
 *       fails with the trainer's own words, the third goes on with a second attempt.
 * </ol>
 */
class EndsDuringOutageIT {
  private static final Duration BOUND = Duration.ofSeconds(240);

  /** So long a trainer waits for the broker at its end. */
  private static final Duration WAIT = Duration.ofSeconds(2);

  private static final String HEAD = "finetune-random-linear-1-it0";

  private final List<Integer> ports = Ports.free(2);

  @TempDir private Path folder;
  private EmbeddedKafka broker;

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void areToldByTheLauncher() throws Exception {
    Scenario scenario = new Scenario(folder);
    Path phantoms = scenario.phantoms();
    close("completes", "export");
    close("fails", HEAD);
    close("stopped", "pretrain");
    Map<String, String> settings =
        Map.of(
            "MOCOCXR_TRAINER_COMMAND", gatedTrainer().toString(),
            "MOCOCXR_LAST_EVENTS_WAIT", WAIT.toString(),
            "MOCOCXR_ORCHESTRATOR_LOCAL_MAX_PROCESSES", "4");
    broker = EmbeddedKafka.open(folder.resolve("kafka"), ports.get(0), ports.get(1));
    try (StartedServices services =
        scenario.services(WorkFolder.at(folder.resolve("work")), address(), settings)) {
      services.awaitReady(BOUND);
      requireAll(scenario, phantoms, services);
    } finally {
      broker.close();
    }
  }

  private void requireAll(Scenario scenario, Path phantoms, StartedServices services)
      throws Exception {
    // Once the topics are there.
    try (EventFeed completes = new EventFeed(address(), Topics.defaults(), "completes");
        EventFeed stopped = new EventFeed(address(), Topics.defaults(), "stopped")) {
      OrchestratorClient client = new OrchestratorClient(services.running().url("orchestrator"));
      Scenario.submit(client, small(phantoms, "completes"), BOUND);
      Scenario.submit(client, small(phantoms, "fails"), BOUND);
      Scenario.submit(client, pretraining(phantoms), BOUND);
      Path exporting = awaitProcess(scenario, "completes", "export");
      Path failing = awaitProcess(scenario, "fails", HEAD);
      Path training = awaitProcess(scenario, "stopped", "pretrain");

      broker.close();
      services.awaitNotReady("orchestrator", "no answer from Kafka", BOUND);
      for (Path manifest : Scenario.find(scenario.artifacts(), "train_semi_1-it0.csv")) {
        if (manifest.toString().contains("/fails/")) {
          Files.delete(manifest);
        }
      }
      for (String gate : List.of("completes-export", "fails-" + HEAD, "stopped-pretrain")) {
        Files.delete(folder.resolve("gates").resolve(gate));
      }
      await("a step of the pretraining")
          .atMost(BOUND)
          .until(() -> Files.exists(training.resolve("metrics.jsonl")));
      process(training).orElseThrow().destroy();
      for (Path run : List.of(exporting, failing, training)) {
        await("the end of " + run).atMost(BOUND).until(() -> !works(run));
      }
      Instant back = Instant.now();
      broker = EmbeddedKafka.open(folder.resolve("kafka"), ports.get(0), ports.get(1));

      Scenario.awaitStatus(client, "completes", "COMPLETED", BOUND);
      Scenario.awaitStatus(client, "fails", "FAILED", BOUND);
      Scenario.awaitStatus(client, "stopped", "COMPLETED", BOUND);
      requireOneAttempt(client.experiment("completes").orElseThrow().runs());
      assertTrue(done(exporting).isBefore(back), "the export was done again");
      requireOnePublication(completes);
      requireReason(client, "fails");
      requireSecondAttempt(client, stopped, training);
    }
  }

  private String address() {
    return "127.0.0.1:" + ports.getFirst();
  }

  /** A run stands before its gate, as a process, until the gate is gone. */
  private void close(String experiment, String run) throws IOException {
    Path gates = Files.createDirectories(folder.resolve("gates"));
    Files.createFile(gates.resolve(experiment + "-" + run));
  }

  private Path gatedTrainer() throws IOException {
    String script =
        """
        #!/bin/sh
        gate=$(echo "$3" | sed 's|.*/experiments/\\([^/]*\\)/runs/\\([^/]*\\)/.*|\\1-\\2|')
        while [ -e "%s/$gate" ]; do sleep 0.2; done
        exec "%s" "$@"
        """
            .formatted(folder.resolve("gates"), Installation.current().tool());
    Path file = Files.writeString(folder.resolve("gated-trainer"), script);
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }

  private static ExperimentSpec small(Path phantoms, String name) throws IOException {
    Map<String, Object> fields = new HashMap<>(Scenario.small(phantoms, Scenario.TASK).toMap());
    fields.put("name", name);
    return ExperimentSpec.parse(Json.text(fields), name);
  }

  /** With more steps than it gets to before it is stopped. */
  private static ExperimentSpec pretraining(Path phantoms) throws IOException {
    Map<String, Object> fields = new HashMap<>(Scenario.small(phantoms, Scenario.TASK).toMap());
    fields.put("name", "stopped");
    fields.put("initialisations", List.of("moco"));
    fields.put("serve", Map.of("model", "stopped"));
    fields.put(
        "pretraining",
        Map.of(
            "augmentation", "moco_v2",
            "batch", 8,
            "queueSize", 32,
            "epochs", 1000,
            "maxSteps", 150,
            "logEvery", 1));
    return ExperimentSpec.parse(Json.text(fields), "stopped");
  }

  /** The folder of a run for which a process has been started. */
  private static Path awaitProcess(Scenario scenario, String experiment, String run) {
    String part = "/" + experiment + "/runs/" + run + "/";
    return await(experiment + ", " + run)
        .atMost(BOUND)
        .until(
            () ->
                Scenario.find(scenario.artifacts(), "process.json").stream()
                    .filter(file -> file.toString().contains(part))
                    .map(Path::getParent)
                    .findFirst()
                    .orElse(null),
            found -> found != null);
  }

  private static boolean works(Path run) throws IOException {
    return process(run).map(ProcessHandle::isAlive).orElse(false);
  }

  private static Optional<ProcessHandle> process(Path run) throws IOException {
    JsonNode record = Json.MAPPER.readTree(run.resolve("process.json").toFile());
    return ProcessHandle.of(record.path("pid").asLong());
  }

  private static Instant done(Path run) throws IOException {
    return Files.getLastModifiedTime(run.resolve("DONE.json")).toInstant();
  }

  private static void requireOneAttempt(List<Run> runs) {
    assertFalse(runs.isEmpty());
    runs.forEach(run -> assertEquals(1, run.attempt(), run.toString()));
  }

  private static void requireOnePublication(EventFeed feed) {
    HeardEvents events = new HeardEvents(feed, BOUND);
    events.await("the model", ModelPublished.class::isInstance);
    events.listen(Duration.ofSeconds(2));
    assertEquals(1, events.of(ModelPublished.class).distinct().count());
  }

  private static void requireReason(OrchestratorClient client, String id) throws Exception {
    String reason = client.experiment(id).orElseThrow().reason();
    String code = "failed (exit code " + ExitCodes.USER_ERROR + ")";
    assertTrue(reason.startsWith(HEAD + ": "), reason);
    assertTrue(reason.contains(code) && reason.contains("train_semi_1-it0.csv"), reason);
    List<Change> requests =
        client.history(id).stream()
            .filter(change -> change.run().equals(HEAD) && change.what().equals("REQUESTED"))
            .toList();
    assertEquals(1, requests.size(), requests.toString());
  }

  private static void requireSecondAttempt(OrchestratorClient client, EventFeed feed, Path training)
      throws Exception {
    List<Change> pretraining =
        client.history("stopped").stream()
            .filter(change -> change.run().equals("pretrain"))
            .toList();
    String stopped =
        pretraining.stream()
            .filter(change -> change.what().equals("WAITING"))
            .findFirst()
            .orElseThrow()
            .reason();
    assertTrue(stopped.startsWith("trainer was stopped"), stopped);
    HeardEvents events = new HeardEvents(feed, BOUND);
    events.awaitDone("pretrain");
    assertEquals(
        List.of(1, 2),
        events
            .of(RunRequested.class)
            .filter(run -> run.run().equals("pretrain"))
            .map(RunRequested::attempt)
            .distinct()
            .toList());
    // It went on from its checkpoint: no step is logged twice.
    List<String> steps = Files.readAllLines(training.resolve("metrics.jsonl"));
    assertEquals(steps.size(), steps.stream().map(EndsDuringOutageIT::step).distinct().count());
  }

  private static String step(String line) {
    return line.replaceAll(".*\"step\":(\\d+),.*", "$1");
  }
}
