package org.mococxr.local.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Yaml;
import org.mococxr.local.client.OrchestratorClient;
import org.mococxr.local.follow.EventFeed;
import org.mococxr.local.process.Supervisor;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunDone;

/**
 * An experiment is cancelled in mid-way and submitted again under its name with another split,
 * other images and other options.
 *
 * <ol>
 *   <li>It is submitted, and cancelled when its first runs are done.
 *   <li>It is submitted again, changed, and completes.
 *   <li>By its provenance every run read what the second submission made, and nothing older; what
 *       the first one left is as it was.
 * </ol>
 */
class ResubmittedExperimentIT {
  private static final Duration BOUND = Duration.ofSeconds(360);

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void takesNothingOldForItsOwn(@TempDir Path folder) throws Exception {
    Scenario scenario = new Scenario(folder);
    ExperimentSpec first = Scenario.tiny(scenario.phantoms(), Scenario.TASK);
    String id = first.name();
    try (Supervisor supervisor = scenario.services();
        EventFeed feed =
            new EventFeed(supervisor.running().bootstrapServers(), Topics.defaults(), id)) {
      HeardEvents events = new HeardEvents(feed, BOUND);
      OrchestratorClient orchestrator =
          new OrchestratorClient(supervisor.running().url("orchestrator"));
      Awaitility.await("the orchestrator")
          .atMost(BOUND)
          .ignoreExceptions()
          .until(() -> orchestrator.experiments().isEmpty());
      Scenario.submit(orchestrator, first, BOUND);
      events.awaitDone("embed-random");
      events.awaitDone("pretrain");
      Scenario.cancel(orchestrator, id, BOUND);
      Awaitility.await("the trainers, which write to their folders until they have stopped")
          .atMost(BOUND)
          .until(() -> ProcessHandle.current().descendants().noneMatch(this::isTrainer));
      events.listenToEnd();
      Map<String, RunCompleted> before = completed(events);
      Map<Path, String> left = digests(scenario, id);
      events.clear();

      // Other images under another root, other patients in each part, another pretraining.
      Map<String, Object> changed = new HashMap<>(first.toMap());
      Path other = folder.resolve("other");
      Files.move(scenario.phantoms("4"), other);
      changed.put("data", Map.of("format", "auto", "root", other.toString()));
      changed.put("seed", 5);
      Scenario.resubmit(orchestrator, Yaml.MAPPER.writeValueAsString(changed), BOUND);
      Scenario.awaitStatus(orchestrator, id, "COMPLETED", BOUND);
      events.listenToEnd();

      Map<String, RunCompleted> after = completed(events);
      Set<String> planned =
          orchestrator.experiment(id).orElseThrow().runs().stream()
              .map(OrchestratorClient.Run::name)
              .collect(Collectors.toSet());
      assertEquals(planned, after.keySet());
      SplitCompleted split =
          events.of(SplitCompleted.class).reduce((one, two) -> two).orElseThrow();
      for (RunCompleted run : after.values()) {
        requireNew(run, after, split);
        assertFalse(
            before.values().stream().anyMatch(old -> old.output().equals(run.output())),
            run.output().toString());
      }
      left.forEach((file, digest) -> assertEquals(digest, digest(file), file.toString()));
    }
  }

  private boolean isTrainer(ProcessHandle process) {
    return Arrays.asList(process.info().arguments().orElse(new String[0])).contains("--spec");
  }

  /** Each input of a run has the content that the second submission gave it. */
  private static void requireNew(
      RunCompleted run, Map<String, RunCompleted> all, SplitCompleted split) throws Exception {
    Map<String, String> inputs =
        Json.MAPPER.convertValue(
            Json.MAPPER
                .readTree(Path.of(run.output()).resolve("provenance.json").toFile())
                .path("inputs"),
            new TypeReference<>() {});
    assertFalse(inputs.isEmpty(), run.run());
    for (Map.Entry<String, String> input : inputs.entrySet()) {
      String role = input.getKey();
      String of = run.run() + " " + role;
      switch (role) {
        case "root" -> {}
        case "pretrain", "valid", "test" ->
            assertEquals(digest(Path.of(split.manifests().get(role))), input.getValue(), of);
        case "train" ->
            assertTrue(
                split.manifests().values().stream()
                    .filter(uri -> uri.getPath().endsWith(".csv"))
                    .anyMatch(uri -> digest(Path.of(uri)).equals(input.getValue())),
                of);
        case "split" -> assertEquals(digest(Path.of(split.split())), input.getValue(), of);
        default ->
            assertTrue(
                all.values().stream()
                    .map(RunCompleted::output)
                    .anyMatch(output -> digest(marker(output)).equals(input.getValue())),
                of);
      }
    }
  }

  private static Path marker(URI output) {
    return Path.of(output).resolve(RunDone.FILE);
  }

  private static String digest(Path file) {
    try {
      return Digests.sha256(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<Path, String> digests(Scenario scenario, String id) throws Exception {
    Map<Path, String> digests = new HashMap<>();
    for (String name : List.of(RunDone.FILE, "provenance.json", "split.json", "metrics.jsonl")) {
      for (Path file : Scenario.find(scenario.artifacts().resolve("experiments/" + id), name)) {
        digests.put(file, digest(file));
      }
    }
    assertTrue(digests.size() > 4, digests.toString());
    return digests;
  }

  private static Map<String, RunCompleted> completed(HeardEvents events) {
    Map<String, RunCompleted> completed = new HashMap<>();
    events.of(RunCompleted.class).forEach(run -> completed.put(run.run(), run));
    return completed;
  }
}
