package org.mococxr.trainer.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.phantom.PhantomGenerator;
import org.mococxr.datasets.phantom.PhantomOptions;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.specs.BatchEnds;
import org.mococxr.specs.BatchLog;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.data.SplitRecipe;

/** Three pretrainings, two at once, by a process of their own that is stopped and killed. */
@Tag("slow")
class RunsAtOnceTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final List<String> RUNS = List.of("one", "two", "three");

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();
  private Map<String, URI> inputs;

  @BeforeEach
  void data() {
    Path root =
        new PhantomGenerator(PhantomOptions.small(1, 4, 10, 4, 48))
            .generate(folder.resolve("data"), Progress.SILENT)
            .root();
    SplitSummary split =
        Splitting.run(
            SplitRecipe.of(
                Map.of("data", Map.of("root", root.toString()), "tasks", "Pleural Effusion")),
            folder.resolve("split"),
            Progress.SILENT);
    inputs = Map.of("root", root.toUri(), "pretrain", split.manifests().get("pretrain").toUri());
  }

  @AfterEach
  void end() {
    started.forEach(
        process -> {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        });
  }

  private Path output(String run) {
    return folder.resolve("runs").resolve(run);
  }

  private String spec(String run, int steps) throws IOException {
    Map<String, Object> options =
        Map.of(
            "architecture", "resnet18_w16",
            "image", Map.of("size", 32, "geometry", "square"),
            "batch", 8,
            "queueSize", 32,
            "epochs", 100_000,
            "maxSteps", steps,
            "checkpointEvery", 50,
            "threads", 1,
            "loaders", 1);
    RunSpec spec =
        new RunSpec(
            "e", run, RunKind.PRETRAIN, RUNS.indexOf(run), inputs, options, output(run).toUri());
    Path file = folder.resolve(run + ".json");
    Files.writeString(file, spec.toJson());
    return file.toString();
  }

  /** The tool with all three, two at once. */
  private Process start(String log, int attempt, int steps) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-Djava.util.logging.manager=org.jboss.logmanager.LogManager"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Tool.class.getName()));
    command.addAll(List.of("run", "--device", "cpu", "--at-once", "2"));
    command.addAll(List.of("--attempt", "" + attempt, "--ends", ends().toString()));
    for (String run : RUNS) {
      command.addAll(List.of("--spec", spec(run, steps)));
    }
    Files.deleteIfExists(ends());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(log).toFile())
            .start();
    started.add(process);
    return process;
  }

  private Path ends() {
    return folder.resolve("ends");
  }

  private Map<Integer, Integer> codes() throws IOException {
    return BatchEnds.read(Files.readString(ends())).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().exitCode()));
  }

  private void awaitTraining(Process process, String log, int attempt, String... runs) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertTrue(process.isAlive(), () -> text(log));
              return Stream.of(runs)
                  .allMatch(
                      run ->
                          BatchLog.of(text(log), run, attempt)
                              .filter(part -> part.contains("epoch "))
                              .isPresent());
            });
  }

  private String text(String log) {
    try {
      return Files.readString(folder.resolve(log));
    } catch (IOException e) {
      return "";
    }
  }

  /** The process that took a run over last, as its lease says. */
  private ProcessHandle worker(String run) throws IOException {
    try (Stream<Path> entries = Files.list(output(run).resolve(".lease"))) {
      Path last = entries.filter(p -> p.toString().endsWith(".json")).sorted().toList().getLast();
      return ProcessHandle.of(Json.MAPPER.readTree(last.toFile()).path("process").asLong())
          .orElseThrow();
    }
  }

  private int exitCode(Process process) throws InterruptedException {
    assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    return process.exitValue();
  }

  private boolean done(String run) {
    return Files.exists(output(run).resolve("DONE.json"));
  }

  @Test
  void oneIsKilledAllAreStoppedTheirParentIsKilledAndTheRestIsDoneOnce() throws Exception {
    // None of the others ends with the one that is killed, and none is begun in its place.
    int steps = 300;
    Process killed = start("killed.log", 1, steps);
    awaitTraining(killed, "killed.log", 1, "one", "two");
    assertEquals(2, killed.children().count());
    assertTrue(worker("one").destroyForcibly());
    assertEquals(1, exitCode(killed), text("killed.log"));
    assertEquals(Map.of(1, 137, 2, 0), codes());
    assertTrue(done("two"));
    assertFalse(Files.exists(output("three")));
    String said = BatchLog.of(text("killed.log"), "one", 1).orElseThrow();
    assertTrue(said.contains("its process ended with exit code 137"), said);

    // SIGTERM reaches each: a checkpoint, and 75.
    Process stopped = start("stopped.log", 2, steps);
    awaitTraining(stopped, "stopped.log", 2, "one", "three");
    stopped.destroy();
    assertEquals(75, exitCode(stopped), text("stopped.log"));
    assertEquals(Map.of(1, 75, 2, 0, 3, 75), codes());
    for (String run : List.of("one", "three")) {
      assertTrue(Files.isDirectory(output(run).resolve("checkpoints")), run);
      assertFalse(done(run));
    }

    // Nobody works on for a parent that is gone.
    Process parent = start("parent.log", 3, steps);
    awaitTraining(parent, "parent.log", 3, "one", "three");
    Set<ProcessHandle> children = parent.children().collect(Collectors.toSet());
    assertEquals(2, children.size());
    parent.destroyForcibly();
    await().atMost(PATIENCE).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));

    Process rest = start("rest.log", 4, steps);
    assertEquals(0, exitCode(rest), text("rest.log"));
    assertEquals(Map.of(1, 0, 2, 0, 3, 0), codes());
    assertTrue(RUNS.stream().allMatch(this::done));
    assertFalse(
        BatchLog.of(text("rest.log"), "two", 4).orElseThrow().contains("epoch "),
        "was done before");
  }
}
