package org.mococxr.orchestrator.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunProgress;
import org.mococxr.events.RunStarted;
import org.mococxr.events.Topics;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.slf4j.LoggerFactory;

/**
 * Keeps a trainer's contract and trains nothing: locks the run's folder, announces what is done,
 * else works for a while, counts that it did, writes DONE.json and speaks the events. On SIGTERM it
 * says that it was preempted and exits with 75. The finding that it fine-tunes for makes it
 * misbehave: {@code reject} (64), {@code crash-once} (exits without reporting at the first
 * attempt).
 */
public final class FakeTrainer {
  /** Whether it is done or was told to stop first. */
  private static final AtomicBoolean DECIDED = new AtomicBoolean();

  private FakeTrainer() {}

  /** Writes a script that starts it. */
  public static void install(Path script, long workMillis) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    AtomicFiles.write(
        script,
        """
        #!/bin/sh
        FAKE_WORK_MILLIS=%d exec '%s' -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
        -cp '%s' %s "$@"
        """
            .formatted(
                workMillis,
                java,
                System.getProperty("java.class.path"),
                FakeTrainer.class.getName()));
    Files.setPosixFilePermissions(script, Set.of(PosixFilePermission.values()));
  }

  /** {@code run --spec <uri> --attempt <n>}. */
  public static void main(String[] arguments) throws Exception {
    // Otherwise Kafka's first event would have the last word in the log: that nothing writes one.
    LoggerFactory.getILoggerFactory();
    List<String> words = List.of(arguments);
    Path specFile = Path.of(java.net.URI.create(words.get(words.indexOf("--spec") + 1)));
    int attempt = Integer.parseInt(words.get(words.indexOf("--attempt") + 1));
    RunSpec spec = RunSpec.parse(Files.readString(specFile), "spec.json");
    Path folder = Path.of(spec.output());
    try (EventPublisher events =
            new EventPublisher(
                KafkaSettings.at(System.getenv(KafkaSettings.BOOTSTRAP_SERVERS)),
                Topics.fromEnvironment(),
                "/fake",
                Duration.ofSeconds(15));
        FileChannel lock =
            FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock.lock();
      Path done = folder.resolve(RunDone.FILE);
      if (!Files.exists(done)) {
        System.out.println("traceparent " + System.getenv("TRACEPARENT"));
        System.out.println("attempt " + attempt + " of " + spec.run() + " works");
        stopOnRequest(spec, attempt, events);
        work(spec, attempt, folder, events);
      }
      events
          .publish(
              new RunCompleted(
                  spec.experiment(), spec.run(), attempt, spec.output(), figures(spec)))
          .get();
    }
  }

  /** How long a run of a kind works: FAKE_WORK_MILLIS_PRETRAIN, for example, else the general. */
  private static long workMillis(RunKind kind) {
    String general = System.getenv("FAKE_WORK_MILLIS");
    return Long.parseLong(System.getenv().getOrDefault("FAKE_WORK_MILLIS_" + kind, general));
  }

  /** A trainer that is told to stop says so, and exits with 75, unless its work is done already. */
  private static void stopOnRequest(RunSpec spec, int attempt, EventPublisher events) {
    Thread worker = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (DECIDED.compareAndSet(false, true)) {
                    events
                        .publish(
                            new RunFailed(
                                spec.experiment(),
                                spec.run(),
                                attempt,
                                ExitCodes.PREEMPTED,
                                "preempted; a checkpoint is written"))
                        .orTimeout(10, TimeUnit.SECONDS)
                        .handle((sent, error) -> sent)
                        .join();
                    Runtime.getRuntime().halt(ExitCodes.PREEMPTED);
                  }
                  try {
                    worker.join(Duration.ofSeconds(10));
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  private static void work(RunSpec spec, int attempt, Path folder, EventPublisher events)
      throws Exception {
    String experiment = spec.experiment();
    String run = spec.run();
    events.publish(
        new RunStarted(experiment, run, attempt, "localhost", ProcessHandle.current().pid()));
    boolean fineTuning = spec.kind() == RunKind.FINETUNE;
    String behaviour = fineTuning ? String.valueOf(spec.options().get("tasks")) : "";
    if ("[reject]".equals(behaviour)) {
      events.publish(new RunFailed(experiment, run, attempt, 64, "epochs: found -1")).get();
      Runtime.getRuntime().halt(64);
    }
    if ("[crash-once]".equals(behaviour) && attempt == 1) {
      System.out.println("out of luck");
      Runtime.getRuntime().halt(137);
    }
    long millis = workMillis(spec.kind());
    for (int step = 1; step <= 4; step++) {
      Thread.sleep(millis / 4);
      System.out.println("step " + step + " of 4");
      events.publish(
          new RunProgress(experiment, run, attempt, "step", step, 4, Map.of("loss", 1.0 / step)));
    }
    if (!DECIDED.compareAndSet(false, true)) {
      Thread.sleep(Long.MAX_VALUE);
    }
    Files.writeString(
        folder.resolve("work.log"),
        "attempt " + attempt + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    if (fineTuning) {
      AtomicFiles.write(
          folder.resolve("metrics.jsonl"),
          "{\"step\":1,\"loss\":1.0}\n{\"step\":2,\"loss\":0.5}\n{\"step\":3,\"loss\":0.25}\n");
    }
    if (run.equals("export")) {
      AtomicFiles.write(folder.resolve("model/model.onnx"), "abc");
    }
    if (run.equals("report")) {
      AtomicFiles.write(folder.resolve("report.html"), "<title>figures</title>");
    }
    AtomicFiles.write(
        folder.resolve(RunDone.FILE), RunDone.of(spec, null, attempt, figures(spec)).toJson());
  }

  /** Better with more labels. */
  private static Map<String, Double> figures(RunSpec spec) {
    return spec.kind() == RunKind.FINETUNE
        ? Map.of("auroc", 0.8, "test_auroc", 0.7 + spec.subject().fraction() / 10)
        : Map.of("auroc", 0.8);
  }
}
