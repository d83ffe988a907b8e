package org.mococxr.orchestrator.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunProgress;
import org.mococxr.events.RunStarted;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.specs.BatchLog;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** One run of a {@link FakeTrainer}. */
final class FakeRun {
  private enum End {
    DONE,
    PREEMPTED
  }

  /** From when on nobody may do the run again, even should DONE.json go. */
  private static final String FINISHED = "finished";

  private final RunSpec spec;
  private final int attempt;
  private final EventPublisher events;
  private final boolean shared;

  /** Whether it is done or was told to stop first. */
  private final AtomicReference<End> decided = new AtomicReference<>();

  private final CountDownLatch over = new CountDownLatch(1);

  /**
   * @param shared whether others write to the same log
   */
  FakeRun(RunSpec spec, int attempt, EventPublisher events, boolean shared) {
    this.spec = spec;
    this.attempt = attempt;
    this.events = events;
    this.shared = shared;
  }

  /** Gives the exit code. */
  int work() throws Exception {
    Path folder = Path.of(spec.output());
    try (FileChannel lock =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock.lock();
      if (Files.exists(folder.resolve(RunDone.FILE))) {
        requireNotPreempted();
      } else {
        if (!Files.exists(folder.resolve(FINISHED))) {
          // Killed before its DONE.json was there, whoever noted its work has not done the run.
          Files.deleteIfExists(folder.resolve("work.log"));
        }
        say("traceparent " + System.getenv("TRACEPARENT"));
        say("attempt " + attempt + " of " + spec.run() + " works");
        int exitCode = train(folder);
        if (exitCode != ExitCodes.DONE) {
          return exitCode;
        }
      }
      await(
          events.publish(
              new RunCompleted(spec.experiment(), spec.run(), attempt, spec.output(), figures())));
      return ExitCodes.DONE;
    } finally {
      over.countDown();
    }
  }

  /** If it is done, waits until it has said so. */
  void awaitWords() throws InterruptedException {
    if (decided.get() == End.DONE) {
      over.await(10, TimeUnit.SECONDS);
    }
  }

  /** Says that it was preempted, unless it is done, or is not at work. */
  CompletableFuture<Void> preempt() {
    return decided.compareAndSet(null, End.PREEMPTED)
        ? failed(ExitCodes.PREEMPTED, "preempted; a checkpoint is written")
        : CompletableFuture.completedFuture(null);
  }

  boolean preempted() {
    return decided.get() == End.PREEMPTED;
  }

  private CompletableFuture<Void> failed(int exitCode, String reason) {
    return events.publish(new RunFailed(spec.experiment(), spec.run(), attempt, exitCode, reason));
  }

  /** Waits for the broker; should it be away, the exit code and DONE.json tell. */
  private static void await(CompletableFuture<Void> told) {
    told.handle((done, error) -> done).join();
  }

  private void say(String text) {
    System.out.println(shared ? BatchLog.heading(spec.run(), attempt) + "\n" + text : text);
  }

  /** How long a run of a kind works: FAKE_WORK_MILLIS_PRETRAIN, for example, else the general. */
  private static long workMillis(RunKind kind) {
    String general = System.getenv("FAKE_WORK_MILLIS");
    return Long.parseLong(System.getenv().getOrDefault("FAKE_WORK_MILLIS_" + kind, general));
  }

  private int train(Path folder) throws Exception {
    String experiment = spec.experiment();
    String run = spec.run();
    events.publish(
        new RunStarted(experiment, run, attempt, "localhost", ProcessHandle.current().pid()));
    boolean fineTuning = spec.kind() == RunKind.FINETUNE;
    String behaviour = fineTuning ? String.valueOf(spec.options().get("tasks")) : "";
    if ("[reject]".equals(behaviour) && decided.compareAndSet(null, End.DONE)) {
      await(failed(ExitCodes.USER_ERROR, "epochs: found -1"));
      return ExitCodes.USER_ERROR;
    }
    if ("[crash-once]".equals(behaviour) && attempt == 1) {
      say("out of luck");
      Runtime.getRuntime().halt(137);
    }
    long millis = workMillis(spec.kind());
    for (int step = 1; step <= 4; step++) {
      Thread.sleep(millis / 4);
      say("step " + step + " of 4");
      events.publish(
          new RunProgress(experiment, run, attempt, "step", step, 4, Map.of("loss", 1.0 / step)));
    }
    // Some work until a test lets them end: FAKE_GATE_PRETRAIN names a file beside their folder.
    String gate = System.getenv("FAKE_GATE_" + spec.kind());
    Path held = held(folder);
    while (Files.exists(held) || gate != null && !Files.exists(folder.resolveSibling(gate))) {
      Thread.sleep(50);
    }
    requireNotPreempted();
    finish(folder);
    return ExitCodes.DONE;
  }

  /** From now on it is done; does not return if it was told to stop before. */
  private void requireNotPreempted() throws InterruptedException {
    if (!decided.compareAndSet(null, End.DONE)) {
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  /**
   * A file in the artefact store: while a test has it there, the run works on. It lies beside the
   * experiments, so that it can be there before the run is.
   */
  private Path held(Path folder) {
    Path store = folder.resolve("../../../../..").normalize();
    return store.resolve("held").resolve(spec.experiment() + "." + spec.run());
  }

  private void finish(Path folder) throws IOException {
    String done = RunDone.of(spec, null, attempt, figures()).toJson();
    Files.writeString(
        folder.resolve("work.log"),
        "attempt " + attempt + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    if (spec.kind() == RunKind.FINETUNE) {
      AtomicFiles.write(
          folder.resolve("metrics.jsonl"),
          "{\"step\":1,\"loss\":1.0}\n{\"step\":2,\"loss\":0.5}\n{\"step\":3,\"loss\":0.25}\n");
    }
    if (spec.run().equals("export")) {
      AtomicFiles.write(folder.resolve("model/model.onnx"), "abc");
    }
    if (spec.run().equals("report")) {
      AtomicFiles.write(folder.resolve("report.html"), "<title>figures</title>");
    }
    AtomicFiles.write(folder.resolve(RunDone.FILE), done);
    AtomicFiles.write(folder.resolve(FINISHED), "");
  }

  /** Better with more labels. */
  private Map<String, Double> figures() {
    return spec.kind() == RunKind.FINETUNE
        ? Map.of("auroc", 0.8, "test_auroc", 0.7 + spec.subject().fraction() / 10)
        : Map.of("auroc", 0.8);
  }
}
