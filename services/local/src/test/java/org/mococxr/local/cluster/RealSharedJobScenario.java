package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.specs.BatchLog;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunSpec;

/**
 * The real trainer fine-tunes three draws in one Job, two at once. What comes of it is what each of
 * the runs gives by itself, in a process of its own.
 */
@Scenarios
class RealSharedJobScenario {
  private static final String ID = "real-at-once";
  private static final List<String> RUNS =
      List.of(
          "finetune-random-end-to-end-0.5-it0",
          "finetune-random-end-to-end-0.5-it1",
          "finetune-random-end-to-end-0.5-it2");

  /** Three short runs that train a whole network, with nothing before them but the split. */
  private static final String THREE =
      """
      split: {fractions: [0.5], draws: [3]}
      initialisations: [random]
      modes: [end-to-end]
      endToEnd: {epochs: 2, batch: 4}
      intervals: {replicates: 50}
      """;

  /** The wait ends when the Job is full: it is for a machine that is slow to want all three. */
  private static final String SHARED =
      """
      orchestrator:
        environment: {MOCOCXR_ORCHESTRATOR_KUBERNETES_BATCH_WAIT: 10m}
      trainer:
        batches: {finetune: 3}
        batchesAtOnce: {finetune: 2}
      """;

  /** Programs start a dozen times in it, each with PyTorch. */
  private static final Duration WHOLE_EXPERIMENT = Duration.ofMinutes(6);

  @Test
  void givesWhatEachRunGivesByItself(TestCluster cluster, @TempDir Path folder) throws Exception {
    try (Release release =
        Release.install(cluster, "real-shared", "lab", Values.realTrainer(), SHARED)) {
      Experiments experiments = release.experiments();
      experiments.submitChanged(ID, THREE);
      JsonNode ended =
          Awaitility.await("the end of " + ID)
              .atMost(WHOLE_EXPERIMENT)
              .pollInterval(Duration.ofSeconds(1))
              .until(() -> experiments.get(ID), e -> e.path("ended").isTextual());
      assertEquals("COMPLETED", ended.path("status").asText(), ended + release.describe());
      experiments.requireDone(ID, ended);

      assertEquals(List.of(Set.copyOf(RUNS)), sharedJobs(release));
      Set<Long> processes = new HashSet<>();
      Map<String, String> hosts = new TreeMap<>();
      Set<String> predictions = new HashSet<>();
      Shell shell = new Shell(cluster, folder, Map.of("OMP_NUM_THREADS", "1"));
      for (String name : RUNS) {
        JsonNode run = Experiments.run(ended, name);
        assertEquals("DONE", run.path("status").asText(), run.toString());
        assertEquals(1, run.path("attempt").asInt(), run.toString());
        assertEquals(0, run.path("faults").asInt(), run.toString());
        Path shared = experiments.folder(ID, run);
        JsonNode lease = Json.MAPPER.readTree(shared.resolve(".lease/00000001.json").toFile());
        processes.add(lease.path("process").asLong());
        requireLog(experiments.log(ID, name).body(), name);

        Path alone = alone(cluster, release, shared, folder.resolve(name), shell);
        requireEqual(alone, shared);
        JsonNode provenance = provenance(shared);
        hosts.put(name, provenance.path("host").path("name").asText());
        assertEquals(
            List.of("mococxr", "run", "--spec", run.path("output").asText() + "spec.json"),
            Json.MAPPER.convertValue(provenance.path("command"), List.class));
        predictions.add(Files.readString(shared.resolve("predictions.csv")));
      }
      // Two children of one trainer; the third run was done by the one that ended first.
      assertEquals(2, processes.size(), processes.toString());
      assertEquals(1, Set.copyOf(hosts.values()).size(), hosts.toString());
      assertEquals(RUNS.size(), predictions.size(), "each draw gives another model");
    }
  }

  /** The runs of each Job of the experiment that several share. */
  private static List<Set<String>> sharedJobs(Release release) {
    List<Set<String>> jobs = new ArrayList<>();
    for (Job job : release.jobs()) {
      String attempts = job.getMetadata().getAnnotations().get("mococxr.org/attempts");
      if (attempts != null) {
        jobs.add(attempts.lines().map(line -> line.split(" ", 3)[2]).collect(Collectors.toSet()));
      }
    }
    return jobs;
  }

  /** What the run said, and nothing of the one beside it. */
  private static void requireLog(String log, String run) {
    assertTrue(log.startsWith(BatchLog.heading(run, 1) + "\n"), log);
    assertTrue(log.contains("\n" + run + ": done {"), log);
    for (String other : RUNS) {
      assertTrue(other.equals(run) || !log.contains(other), log);
    }
  }

  /** Does a run again on this machine, with the Job's inputs; gives its folder. */
  private static Path alone(
      TestCluster cluster, Release release, Path shared, Path folder, Shell shell)
      throws Exception {
    RunSpec told = RunSpec.parse(Files.readString(shared.resolve("spec.json")), "spec.json");
    String output = told.output().getPath();
    Path mounted = Path.of(output.substring(0, output.indexOf("/experiments/")));
    Map<String, URI> inputs = new TreeMap<>();
    told.inputs()
        .forEach(
            (role, uri) -> {
              Path place = Path.of(uri.getPath());
              Path here =
                  place.startsWith(mounted)
                      ? release.artifacts().resolve(mounted.relativize(place))
                      : cluster.xrays().resolve(Path.of("/data").relativize(place));
              inputs.put(role, here.toUri());
            });
    RunSpec here =
        new RunSpec(
            told.experiment(),
            told.run(),
            told.kind(),
            told.subject(),
            told.seed(),
            inputs,
            told.options(),
            folder.toUri());
    Path spec = folder.resolveSibling(told.run() + ".json");
    Files.writeString(spec, here.toJson());
    shell.run("mococxr run --device cpu --spec " + spec);
    return folder;
  }

  /** The same work, and the same to the last figure. */
  private static void requireEqual(Path alone, Path shared) throws IOException {
    RunDone expected = done(alone);
    RunDone found = done(shared);
    assertNull(found.origin(), "the trainer did it itself");
    assertEquals(expected.identity(), found.identity());
    assertFalse(found.figures().isEmpty());
    assertEquals(expected.figures(), found.figures());
    for (String file : List.of("predictions.csv", "groundtruth.csv")) {
      assertEquals(
          Files.readString(alone.resolve(file)), Files.readString(shared.resolve(file)), file);
    }
    for (String field : List.of("inputs", "seed")) {
      assertEquals(provenance(alone).path(field), provenance(shared).path(field));
    }
  }

  private static RunDone done(Path folder) throws IOException {
    Path file = folder.resolve(RunDone.FILE);
    return RunDone.parse(Files.readString(file), file.toString());
  }

  private static JsonNode provenance(Path folder) throws IOException {
    return Json.MAPPER.readTree(folder.resolve("provenance.json").toFile());
  }
}
