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
import org.mococxr.specs.BatchEnds;
import org.mococxr.specs.BatchLog;
import org.mococxr.specs.RunKind;

/** Three pretrainings, two at once, by a process of their own that is stopped and killed. */
@Tag("slow")
class RunsAtOnceTest {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final List<String> RUNS = List.of("one", "two", "three");

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();
  private WrittenRuns runs;
  private Map<String, URI> inputs;

  @BeforeEach
  void data() {
    runs = new WrittenRuns(folder);
    inputs = runs.inputs("pretrain");
  }

  @AfterEach
  void end() {
    started.forEach(
        process -> {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        });
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
    return runs.spec(run, RunKind.PRETRAIN, RUNS.indexOf(run), inputs, options);
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

  private int exitCode(Process process) throws InterruptedException {
    assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    return process.exitValue();
  }

  @Test
  void oneIsKilledAllAreStoppedTheirParentIsKilledAndTheRestIsDoneOnce() throws Exception {
    // None of the others ends with the one that is killed, and none is begun in its place.
    int steps = 300;
    Process killed = start("killed.log", 1, steps);
    awaitTraining(killed, "killed.log", 1, "one", "two");
    assertEquals(2, killed.children().count());
    assertTrue(ProcessHandle.of(runs.process("one")).orElseThrow().destroyForcibly());
    assertEquals(1, exitCode(killed), text("killed.log"));
    assertEquals(Map.of(1, 137, 2, 0), codes());
    assertTrue(runs.done("two"));
    assertFalse(Files.exists(runs.output("three")));
    String said = BatchLog.of(text("killed.log"), "one", 1).orElseThrow();
    assertTrue(said.contains("its process ended with exit code 137"), said);

    // SIGTERM reaches each: a checkpoint, and 75.
    Process stopped = start("stopped.log", 2, steps);
    awaitTraining(stopped, "stopped.log", 2, "one", "three");
    stopped.destroy();
    assertEquals(75, exitCode(stopped), text("stopped.log"));
    assertEquals(Map.of(1, 75, 2, 0, 3, 75), codes());
    for (String run : List.of("one", "three")) {
      assertTrue(Files.isDirectory(runs.output(run).resolve("checkpoints")), run);
      assertFalse(runs.done(run));
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
    assertTrue(RUNS.stream().allMatch(runs::done));
    assertFalse(
        BatchLog.of(text("rest.log"), "two", 4).orElseThrow().contains("epoch "),
        "was done before");
  }
}
