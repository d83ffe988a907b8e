package org.mococxr.orchestrator.launch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.Event;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** With shell scripts as trainers. */
class LocalProcessLauncherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final List<Event> published = new CopyOnWriteArrayList<>();

  @AfterEach
  void stopWhatIsLeft() {
    pids().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }

  @Test
  void aRestartedOrchestratorFindsTheProcessInsteadOfStartingAnother() throws IOException {
    trainer("exec sleep 600");
    Wanted run = wanted("one", 1);
    reconcile(launcher(), run);
    awaitStarts(1);
    LocalProcessLauncher restarted = launcher();
    reconcile(restarted, run);
    reconcile(restarted, run);
    assertEquals(1, pids().size());
    assertEquals(List.of(), published);
    ProcessHandle.of(pids().getFirst()).orElseThrow().destroyForcibly();
    awaitPublished(restarted, run);
    RunFailed failed = assertInstanceOf(RunFailed.class, published.getFirst());
    assertEquals(ExitCodes.UNKNOWN, failed.exitCode());
    assertEquals(1, pids().size());
  }

  @Test
  void whatEndedUnwatchedIsCompletedIfItsFolderSaysSoElseTriedAgainUncounted() throws Exception {
    trainer("exec sleep 2");
    Wanted done = wanted("done", 1);
    Wanted gone = wanted("gone", 1);
    reconcile(launcher(), done, gone);
    awaitStarts(2);
    await().atMost(PATIENCE).until(() -> pids().stream().noneMatch(this::alive));
    Files.writeString(
        Path.of(done.spec().output()).resolve(RunDone.FILE),
        RunDone.of(done.spec(), null, 1, Map.of("auroc", 0.75)).toJson());
    LocalProcessLauncher restarted = launcher();
    awaitPublished(restarted, done, gone);
    RunCompleted completed = assertInstanceOf(RunCompleted.class, published.get(0));
    assertEquals(Map.of("auroc", 0.75), completed.figures());
    await().atMost(PATIENCE).until(() -> published.size() == 2);
    RunFailed failed = assertInstanceOf(RunFailed.class, published.get(1));
    assertEquals(ExitCodes.PREEMPTED, failed.exitCode());
  }

  @Test
  void anExitCodeIsToldOnceWithTheLogsLastLine() throws IOException {
    trainer("echo out of memory; exit 3");
    Wanted run = wanted("one", 2);
    LocalProcessLauncher launcher = launcher();
    awaitPublished(launcher, run);
    reconcile(launcher, run);
    assertEquals(1, published.size());
    RunFailed failed = assertInstanceOf(RunFailed.class, published.getFirst());
    assertEquals(3, failed.exitCode());
    assertEquals(2, failed.attempt());
    assertTrue(failed.reason().endsWith("ends with: out of memory"), failed.reason());
  }

  @Test
  void aProcessThatWasToldToStopIsPreempted() throws IOException {
    trainer("exec sleep 600");
    Wanted run = wanted("one", 1);
    LocalProcessLauncher launcher = launcher();
    reconcile(launcher, run);
    awaitStarts(1);
    ProcessHandle.of(pids().getFirst()).orElseThrow().destroy();
    awaitPublished(launcher, run);
    assertEquals(
        ExitCodes.PREEMPTED, assertInstanceOf(RunFailed.class, published.getFirst()).exitCode());
  }

  @Test
  void theNextAttemptWaitsForTheOlderToEnd() throws IOException {
    trainer("exec sleep 600");
    LocalProcessLauncher launcher = launcher();
    reconcile(launcher, wanted("one", 1));
    awaitStarts(1);
    long first = pids().getFirst();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reconcile(launcher, wanted("one", 2));
              return pids().size() == 2;
            });
    assertTrue(!alive(first));
  }

  @Test
  void moreRunsThanPlacesWaitForTheirTurn() throws IOException {
    trainer("exec sleep 600");
    LocalProcessLauncher launcher = launcher();
    Wanted[] runs = {wanted("a", 1), wanted("b", 1), wanted("c", 1)};
    reconcile(launcher, runs);
    awaitStarts(2);
    reconcile(launcher, runs);
    assertEquals(2, pids().size());
    ProcessHandle.of(pids().getFirst()).orElseThrow().destroyForcibly();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reconcile(launcher, runs);
              return pids().size() == 3;
            });
  }

  @Test
  void aCommandThatCannotBeStartedIsAFault() {
    awaitPublished(launcher(), wanted("one", 1));
    RunFailed failed = assertInstanceOf(RunFailed.class, published.getFirst());
    assertTrue(failed.reason().startsWith("cannot be started"), failed.reason());
  }

  /** The run is not to blame, and has more attempts than one that fails. */
  @Test
  void aStoreThatDoesNotTakeTheSpecificationIsNoFaultOfTheRun() throws IOException {
    trainer("exit 0");
    Wanted run = wanted("one", 1);
    // Nothing can be renamed over a folder that holds something.
    Files.createDirectories(Path.of(run.spec().output()).resolve("spec.json/x"));
    awaitPublished(launcher(), run);
    RunFailed failed = assertInstanceOf(RunFailed.class, published.getFirst());
    assertEquals(ExitCodes.STORE_UNAVAILABLE, failed.exitCode());
    assertEquals(List.of(), pids());
  }

  private LocalProcessLauncher launcher() {
    return new LocalProcessLauncher(
        TestConfig.of("kafka:9092", folder, Map.of()),
        ArtifactStore.open(folder.toUri()),
        event -> {
          published.add(event);
          return CompletableFuture.completedFuture(null);
        },
        () -> {});
  }

  private void trainer(String script) throws IOException {
    Path file = folder.resolve("trainer");
    Files.writeString(file, "#!/bin/sh\necho $$ >> '%s'\n%s\n".formatted(starts(), script));
    Files.setPosixFilePermissions(file, Set.of(PosixFilePermission.values()));
  }

  private Path starts() {
    return folder.resolve("starts");
  }

  private List<Long> pids() {
    try {
      return Files.exists(starts())
          ? Files.readAllLines(starts()).stream().map(Long::parseLong).toList()
          : List.of();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean alive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessRecord::works).isPresent();
  }

  private void awaitStarts(int count) {
    await().atMost(PATIENCE).until(() -> pids().size() == count);
  }

  private void awaitPublished(LocalProcessLauncher launcher, Wanted... runs) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reconcile(launcher, runs);
              return !published.isEmpty();
            });
  }

  private static void reconcile(LocalProcessLauncher launcher, Wanted... runs) {
    launcher.reconcile(Set.of("e1"), new ArrayList<>(List.of(runs)), Map.of());
  }

  private Wanted wanted(String run, int attempt) {
    URI output = URI.create("file://" + folder.resolve("runs").resolve(run) + "/");
    return new Wanted(
        new RunSpec("e1", run, RunKind.FINETUNE, 1, Map.of(), Map.of(), output), attempt);
  }
}
