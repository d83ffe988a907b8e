package org.mococxr.orchestrator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ModelPublished;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunRequested;
import org.mococxr.foundation.RandomStream;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.RunStatus;
import org.mococxr.orchestrator.testing.FakeTrainer;
import org.mococxr.orchestrator.testing.TestOrchestrator;
import org.mococxr.specs.ExperimentSpec;

/** The orchestrator with a real broker and real processes; only the training is not real. */
@Tag("slow")
class OrchestrationTest extends OrchestratorFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final String YAML =
      """
      name: %s
      data: {root: /data}
      tasks: [%s]
      initialisations: [random]
      modes: [linear]
      """;
  private static final Set<String> RUNS =
      Set.of(
          "embed-random",
          "finetune-random-linear-0.1-it0",
          "finetune-random-linear-1-it0",
          "intervals",
          "export",
          "audit",
          "report");

  @Test
  void anExperimentCompletesThoughATrainerCrashesAndRubbishIsOnTheTopics() throws Exception {
    FakeTrainer.install(folder.resolve("trainer"), 100);
    try (TestOrchestrator orchestrator = orchestrator();
        KafkaProducer<String, String> rubbish =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
      await().atMost(PATIENCE).until(() -> orchestrator.streams().missing().isEmpty());
      rubbish.send(new ProducerRecord<>("mococxr.runs", "e1", "no event")).get();
      observer.send(new ExperimentCancelled("unheard-of"));
      request("e1", "crash-once");
      request("bad", "reject");
      await().atMost(PATIENCE).until(() -> ended(orchestrator, "e1"));
      await().atMost(PATIENCE).until(() -> ended(orchestrator, "bad"));

      ExperimentState state = orchestrator.streams().find("e1").orElseThrow();
      assertEquals(ExperimentStatus.COMPLETED, state.status());
      assertEquals(RUNS, state.runs().keySet());
      assertEquals(2, state.runs().get("finetune-random-linear-1-it0").attempt());
      String reason =
          observer.seen(RunFailed.class).stream()
              .filter(e -> e.experiment().equals("e1"))
              .findFirst()
              .orElseThrow()
              .reason();
      assertTrue(reason.contains("exit code 137"), reason);
      assertTrue(reason.endsWith("out of luck"), reason);
      assertWorkedOnce("e1");

      ExperimentState bad = orchestrator.streams().find("bad").orElseThrow();
      assertEquals(ExperimentStatus.FAILED, bad.status());
      assertTrue(bad.reason().endsWith("epochs: found -1"), bad.reason());
      assertEquals(RunStatus.CANCELLED, bad.runs().get("report").status());

      await().atMost(PATIENCE).until(() -> observer.seen(ModelPublished.class).size() == 1);
      // SHA-256 of "abc", FIPS 180-2.
      assertTrue(
          observer.seen(ModelPublished.class).getFirst().digest().startsWith("ba7816bf8f01cfea"));
      await().atMost(PATIENCE).until(() -> observer.deadLetters().size() == 2);
      assertTrue(observer.deadLetters().contains("no experiment 'unheard-of'"));
    }
  }

  @Test
  void killedAgainAndAgainItLosesNoRunAndDoesNoneTwice() throws Exception {
    FakeTrainer.install(folder.resolve("trainer"), 3_000);
    Process process = TestOrchestrator.fork(kafka.bootstrapServers(), folder);
    try {
      request("e1", "nothing");
      // While the split is asked for, while a first run works, and while several do.
      for (String working : List.of("embed-random", "finetune-random-linear-1-it0")) {
        await().atMost(PATIENCE).until(() -> requested(working));
        await()
            .atMost(PATIENCE)
            .until(() -> Files.exists(run("e1", working).resolve("process.json")));
        process.destroyForcibly().waitFor();
        process = TestOrchestrator.fork(kafka.bootstrapServers(), folder);
      }
      await().atMost(PATIENCE).until(() -> completed().containsAll(RUNS));
      assertWorkedOnce("e1");
      assertEquals(List.of(), observer.seen(RunFailed.class));
      List<String> requests =
          observer.seen(RunRequested.class).stream().map(RunRequested::run).toList();
      assertEquals(RUNS.size(), requests.size(), requests.toString());
      // The orchestrator says so once it has read that the last run is done.
      await().atMost(PATIENCE).until(() -> !observer.seen(ModelPublished.class).isEmpty());
      assertEquals(1, observer.seen(ModelPublished.class).size());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void oneRequestCannotStopTheOrchestratorForTheOthers() throws Exception {
    FakeTrainer.install(folder.resolve("trainer"), 100);
    try (TestOrchestrator orchestrator = orchestrator();
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
      await().atMost(PATIENCE).until(() -> orchestrator.streams().missing().isEmpty());
      // As large as the broker takes: its dead letter is larger than the topic takes.
      String noise = noise(1_046_000);
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        ConfigResource letters =
            new ConfigResource(ConfigResource.Type.TOPIC, "mococxr.experiments.dead-letter");
        AlterConfigOp small =
            new AlterConfigOp(
                new ConfigEntry("max.message.bytes", "100000"), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(letters, List.of(small))).all().get();
      }
      producer.send(new ProducerRecord<>("mococxr.experiments", "large", noise)).get();
      request("e1", "nothing");
      await().dontCatchUncaughtExceptions().atMost(PATIENCE).until(() -> ended(orchestrator, "e1"));
      await()
          .dontCatchUncaughtExceptions()
          .atMost(PATIENCE)
          .until(() -> observer.deadLetters().size() == 1);
      assertEquals(
          ExperimentStatus.COMPLETED, orchestrator.streams().find("e1").orElseThrow().status());
      await()
          .dontCatchUncaughtExceptions()
          .atMost(PATIENCE)
          .until(() -> orchestrator.streams().missing().isEmpty());
    }
  }

  /** Text that cannot be compressed. */
  private static String noise(int length) {
    byte[] bytes = new byte[length * 3 / 4];
    RandomStream random = RandomStream.of(1, "noise");
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void aCancelledExperimentsProcessesAreStopped() throws Exception {
    FakeTrainer.install(folder.resolve("trainer"), 120_000);
    try (TestOrchestrator orchestrator = orchestrator()) {
      request("e1", "nothing");
      await()
          .atMost(PATIENCE)
          .until(() -> Files.exists(run("e1", "embed-random").resolve("process.json")));
      Path record = run("e1", "embed-random").resolve("process.json");
      long pid = Long.parseLong(Files.readString(record).replaceAll(".*\"pid\":(\\d+).*", "$1"));
      assertTrue(ProcessHandle.of(pid).isPresent());
      observer.send(new ExperimentCancelled("e1"));
      await().atMost(PATIENCE).until(() -> ended(orchestrator, "e1"));
      await().atMost(PATIENCE).until(() -> ProcessHandle.of(pid).isEmpty());
    }
  }

  private void request(String name, String behaviour) throws Exception {
    ExperimentSpec spec = ExperimentSpec.parse(YAML.formatted(name, behaviour), "test");
    observer.send(new ExperimentRequested(name, spec));
  }

  private static boolean ended(TestOrchestrator orchestrator, String experiment) {
    Optional<ExperimentState> state = orchestrator.streams().find(experiment);
    return state.isPresent() && state.get().status().ended();
  }

  private boolean requested(String run) {
    return observer.seen(RunRequested.class).stream().anyMatch(e -> e.run().equals(run));
  }

  private Set<String> completed() {
    return observer.seen(RunCompleted.class).stream()
        .map(RunCompleted::run)
        .collect(Collectors.toSet());
  }

  private void assertWorkedOnce(String experiment) throws Exception {
    for (String run : RUNS) {
      assertEquals(1, Files.readAllLines(run(experiment, run).resolve("work.log")).size(), run);
    }
  }

  private Path run(String experiment, String run) {
    Path works = folder.resolve("artifacts/experiments").resolve(experiment + "/runs/" + run);
    try (Stream<Path> all = Files.list(works)) {
      return all.findFirst().orElse(works);
    } catch (IOException notYet) {
      return works;
    }
  }
}
