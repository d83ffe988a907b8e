package org.mococxr.orchestrator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.mococxr.events.Topics;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.specs.BatchEnds;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunSpec;
import org.slf4j.LoggerFactory;

/**
 * Keeps a trainer's contract and trains nothing: locks the run's folder, announces what is done,
 * else works for a while, counts that it did, writes DONE.json and speaks the events. On SIGTERM it
 * says that it was preempted and exits with 75. The finding that it fine-tunes for makes it
 * misbehave: {@code reject} (64), {@code crash-once} (exits without reporting at the first
 * attempt). Of several runs it does as many at once as {@code MOCOCXR_AT_ONCE} says and writes how
 * they end to the file {@code MOCOCXR_ENDS}.
 */
public final class FakeTrainer {
  private final EventPublisher events;
  private final boolean shared;
  private final List<FakeRun> working = new ArrayList<>();
  private final Map<Integer, BatchEnds.End> ends = new TreeMap<>();

  private FakeTrainer(EventPublisher events, boolean shared) {
    this.events = events;
    this.shared = shared;
  }

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

  /** {@code run --spec <uri> --attempt <n>}, once or several times. */
  public static void main(String[] arguments) throws Exception {
    // Otherwise Kafka's first event would have the last word in the log: that nothing writes one.
    LoggerFactory.getILoggerFactory();
    List<Path> specs =
        after("--spec", arguments).stream().map(spec -> Path.of(URI.create(spec))).toList();
    List<Integer> attempts = after("--attempt", arguments).stream().map(Integer::parseInt).toList();
    int atOnce = Integer.parseInt(System.getenv().getOrDefault("MOCOCXR_AT_ONCE", "1"));
    try (EventPublisher events =
            new EventPublisher(
                KafkaSettings.at(System.getenv(KafkaSettings.BOOTSTRAP_SERVERS)),
                Topics.fromEnvironment(),
                "/fake",
                Duration.ofSeconds(15));
        ExecutorService pool = Executors.newFixedThreadPool(atOnce)) {
      FakeTrainer trainer = new FakeTrainer(events, specs.size() > 1);
      Runtime.getRuntime().addShutdownHook(new Thread(trainer::stop));
      for (int i = 0; i < specs.size(); i++) {
        int place = i + 1;
        pool.submit(() -> trainer.one(place, specs.get(place - 1), attempts.get(place - 1)));
      }
    }
  }

  private static List<String> after(String option, String[] words) {
    return IntStream.range(1, words.length)
        .filter(i -> words[i - 1].equals(option))
        .mapToObj(i -> words[i])
        .toList();
  }

  private void one(int place, Path spec, int attempt) {
    try {
      FakeRun run =
          new FakeRun(
              RunSpec.parse(Files.readString(spec), spec.toString()), attempt, events, shared);
      synchronized (this) {
        working.add(run);
      }
      int exitCode = run.work();
      ended(place, exitCode, "");
      if (exitCode != ExitCodes.DONE && !shared) {
        Runtime.getRuntime().halt(exitCode);
      }
    } catch (UserErrorException e) {
      ended(place, ExitCodes.USER_ERROR, e.getMessage());
      if (!shared) {
        Runtime.getRuntime().halt(ExitCodes.USER_ERROR);
      }
    } catch (Exception e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(ExitCodes.FAULT);
    }
  }

  private synchronized void ended(int place, int exitCode, String reason) {
    ends.put(place, new BatchEnds.End(exitCode, reason));
    String file = System.getenv("MOCOCXR_ENDS");
    if (file != null) {
      try {
        Files.writeString(Path.of(file), BatchEnds.write(ends));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Runs at work say that they were preempted, unless their work is done already. */
  private void stop() {
    List<FakeRun> all;
    synchronized (this) {
      all = List.copyOf(working);
    }
    List<CompletableFuture<Void>> told = all.stream().map(FakeRun::preempt).toList();
    told.forEach(sent -> sent.orTimeout(10, TimeUnit.SECONDS).handle((done, error) -> done).join());
    try {
      for (FakeRun run : all) {
        run.awaitWords();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (all.stream().anyMatch(FakeRun::preempted)) {
      Runtime.getRuntime().halt(ExitCodes.PREEMPTED);
    }
  }
}
