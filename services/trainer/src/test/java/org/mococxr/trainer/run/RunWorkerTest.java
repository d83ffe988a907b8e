package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Provenance;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

class RunWorkerTest {
  @TempDir Path folder;

  private final Heard heard = new Heard();

  @Test
  void aRunEndsWithDoneAndIsOnlyAnnouncedWhenStartedAgain() throws IOException {
    AtomicInteger times = new AtomicInteger();
    Workload workload =
        context -> {
          times.incrementAndGet();
          return new Outcome.Done(Map.of("auroc", 0.75));
        };

    assertEquals(ExitCodes.DONE, work(spec(Map.of()), workload));
    assertTrue(Files.exists(output().resolve("DONE.json")));
    assertEquals(7, Provenance.read(output()).seed());
    assertEquals(ExitCodes.DONE, work(spec(Map.of()), workload));

    assertEquals(1, times.get());
    assertEquals(List.of("started", "completed 0.75", "completed 0.75"), heard.said);
  }

  @Test
  void aFolderOfOtherWorkIsLeftAlone() {
    work(spec(Map.of("solver", "sgd", "epochs", 1)), context -> new Outcome.Done(Map.of()));
    int code =
        work(spec(Map.of("solver", "sgd", "epochs", 2)), context -> new Outcome.Done(Map.of()));
    assertEquals(ExitCodes.USER_ERROR, code);
    assertTrue(
        heard.said.getLast().contains("options.epochs is 2 and was 1"), heard.said.toString());
  }

  @Test
  void badDataIsTheUsersErrorAndLeavesNothingThatCountsAsDone() {
    int code =
        work(
            spec(Map.of()),
            context -> {
              throw new UserErrorException("train.csv, line 3", "no label", "expected 0 or 1");
            });
    assertEquals(ExitCodes.USER_ERROR, code);
    assertEquals("failed 64 train.csv, line 3: no label (expected 0 or 1)", heard.said.getLast());
    assertFalse(Files.exists(output().resolve("DONE.json")));
  }

  @Test
  void aFaultIsNotTheUsersError() {
    int code =
        work(
            spec(Map.of()),
            context -> {
              throw new IllegalStateException("out of luck");
            });
    assertEquals(1, code);
    assertEquals("failed 1 IllegalStateException: out of luck", heard.said.getLast());
  }

  @Test
  void aPreemptedRunSaysSoAndGoesOnNextTime() {
    assertEquals(ExitCodes.PREEMPTED, work(spec(Map.of()), context -> new Outcome.Preempted()));
    assertFalse(Files.exists(output().resolve("DONE.json")));
    assertEquals(
        ExitCodes.DONE, work(spec(Map.of()), context -> new Outcome.Done(Map.of("auroc", 1.0))));
  }

  @Test
  void twoProcessesAtOnceDoTheWorkOnce() throws Exception {
    AtomicInteger times = new AtomicInteger();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Workload slow =
        context -> {
          times.incrementAndGet();
          inside.countDown();
          await(release);
          return new Outcome.Done(Map.of("auroc", 0.5));
        };
    Process other = null;
    try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
      Future<Integer> first = pool.submit(() -> work(spec(Map.of()), slow));
      assertTrue(inside.await(120, TimeUnit.SECONDS));
      // A file lock keeps other processes out; this one stands for the second trainer.
      other = lockFromAnotherProcess(output().resolve(".lock"));
      assertFalse(other.waitFor(1, TimeUnit.SECONDS), "the lock is held");
      release.countDown();
      assertEquals(ExitCodes.DONE, first.get(120, TimeUnit.SECONDS));
      assertTrue(other.waitFor(120, TimeUnit.SECONDS), "the lock is free again");
    } finally {
      if (other != null) {
        other.destroyForcibly();
      }
    }
    assertEquals(1, times.get());
  }

  @Test
  void anUnknownOptionIsNamed() {
    int code = work(spec(Map.of("epoch", 3)), context -> new Outcome.Done(Map.of()));
    assertEquals(ExitCodes.USER_ERROR, code);
    assertTrue(heard.said.getLast().contains("field epoch: unknown field"), heard.said.toString());
    assertTrue(heard.said.getLast().contains("epochs"), heard.said.toString());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(120, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Process lockFromAnotherProcess(Path file) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-cp",
            System.getProperty("java.class.path"),
            Locker.class.getName(),
            file.toString())
        .inheritIO()
        .start();
  }

  /** Waits for the lock as a second trainer does, and ends. */
  static final class Locker {
    public static void main(String[] arguments) throws IOException {
      try (var channel =
          java.nio.channels.FileChannel.open(
              Path.of(arguments[0]), java.nio.file.StandardOpenOption.WRITE)) {
        channel.lock().release();
      }
    }
  }

  private int work(RunSpec spec, Workload workload) {
    return new RunWorker(Map.of(RunKind.FINETUNE, workload), Map.of("mococxr", "test"))
        .work(
            spec,
            List.of("mococxr", "run"),
            ArtifactStore.open(folder.toUri()),
            heard,
            () -> false);
  }

  private RunSpec spec(Map<String, Object> more) {
    Map<String, Object> options = new HashMap<>(more);
    options.put("tasks", List.of("Edema"));
    return new RunSpec(
        "experiment",
        "run",
        RunKind.FINETUNE,
        7,
        Map.of(),
        options,
        ArtifactStore.folder(output().toUri()));
  }

  private Path output() {
    return folder.resolve("experiments/experiment/runs/run");
  }

  /** Writes down what a run says. */
  private static final class Heard extends SilentReporter {
    private final List<String> said = new ArrayList<>();

    @Override
    public void started() {
      said.add("started");
    }

    @Override
    public void checkpointed(long step, URI checkpoint) {
      said.add("checkpoint " + step);
    }

    @Override
    public void completed(URI output, Map<String, Double> figures) {
      said.add("completed " + figures.get("auroc"));
    }

    @Override
    public void failed(int exitCode, String reason) {
      said.add("failed " + exitCode + " " + reason);
    }
  }
}
