package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.FlakyStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.artifacts.RetryingArtifactStore;
import org.mococxr.artifacts.S3ArtifactStore;
import org.mococxr.artifacts.S3Stores;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.testkit.S3Server;
import org.mococxr.trainer.messaging.RunReporter;

/** Two attempts of one run at once, on a shared volume and on S3. */
@Tag("slow")
class TwoAttemptsTest {
  @TempDir static Path shared;
  private static S3Server server;
  private static S3ArtifactStore s3;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(Files.createDirectory(shared.resolve("s3")));
    server.createBucket("lab");
    s3 = S3Stores.on(server, URI.create("s3://lab/"));
  }

  @AfterAll
  static void stop() {
    s3.close();
    server.close();
  }

  static Stream<ArtifactStore> stores() {
    return Stream.of(ArtifactStore.open(shared.resolve("volume").toUri()), s3);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void ofManyThatBeginAtOnceTheLastOneAloneHasTheRun(ArtifactStore store) throws Exception {
    URI output = store.resolve("many/runs/run/work/");
    List<Callable<Lease>> begin = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      begin.add(() -> Lease.take(patient(store), output, 1));
    }
    List<Lease> leases = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      for (Future<Lease> lease : pool.invokeAll(begin)) {
        leases.add(lease.get(60, TimeUnit.SECONDS));
      }
    }
    int holders = 0;
    for (Lease lease : leases) {
      try {
        lease.hold();
        lease.commit(done(spec(store, "many"), 1));
        holders++;
      } catch (SupersededException e) {
        assertTrue(e.getMessage().startsWith("attempt 1 has taken the run over"), e.getMessage());
      }
    }
    assertEquals(1, holders);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void anEarlierAttemptNeverDisturbsALaterOne(ArtifactStore store) throws IOException {
    URI output = store.resolve("earlier/runs/run/work/");
    Lease second = Lease.take(store, output, 2);
    assertThrows(SupersededException.class, () -> Lease.take(store, output, 1));
    second.hold();
    assertEquals(2, Lease.take(store, output, 0).attempt());
    assertThrows(SupersededException.class, second::hold);
    assertThrows(SupersededException.class, () -> second.commit(done(spec(store, "earlier"), 2)));
  }

  /** The first one is cut off in the middle of its work, and comes back when it is too late. */
  @ParameterizedTest
  @MethodSource("stores")
  void aZombieCanNeitherPublishNorIsItBelieved(ArtifactStore store) throws Exception {
    RunSpec spec = spec(store, "zombie");
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch late = new CountDownLatch(1);
    List<String> said = new CopyOnWriteArrayList<>();
    boolean distant = store.local(spec.output()).isEmpty();
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<Integer> first =
          pool.submit(
              () ->
                  work(
                      spec,
                      1,
                      store,
                      said,
                      context -> {
                        write(context, "of attempt 1");
                        working.countDown();
                        await(late);
                        return new Outcome.Done(Map.of("auroc", 0.1));
                      }));
      assertTrue(working.await(60, TimeUnit.SECONDS));
      if (distant) {
        int second =
            work(
                spec,
                2,
                store,
                said,
                context -> {
                  write(context, "of attempt 2");
                  return new Outcome.Done(Map.of("auroc", 0.2));
                });
        assertEquals(ExitCodes.DONE, second);
      } else {
        // In place a lock keeps a second process of this machine waiting; another machine's is not.
        Lease.take(store, spec.output(), 2);
      }
      late.countDown();
      assertEquals(ExitCodes.PREEMPTED, first.get(60, TimeUnit.SECONDS));
    }
    URI marker = ArtifactStore.child(spec.output(), RunDone.FILE);
    assertTrue(
        said.getLast().startsWith("failed 75 attempt 2 has taken the run over"), said.toString());
    if (distant) {
      RunDone done = RunDone.parse(new String(store.readBytes(marker)), "DONE.json");
      assertEquals(2, done.attempt());
      assertEquals(Map.of("auroc", 0.2), done.figures());
      assertEquals(
          "of attempt 2",
          new String(store.readBytes(ArtifactStore.child(spec.output(), "result"))));
    } else {
      assertFalse(store.exists(marker));
    }
  }

  /** It had finished, and was killed before it could write the marker. */
  @ParameterizedTest
  @MethodSource("stores")
  void whatAnAttemptHadFinishedIsAnnouncedByTheNext(ArtifactStore store) throws IOException {
    RunSpec spec = spec(store, "finished");
    List<String> said = new CopyOnWriteArrayList<>();
    Workload once =
        context -> {
          write(context, "once");
          return new Outcome.Done(Map.of("auroc", 0.7));
        };
    assertEquals(ExitCodes.DONE, work(spec, 1, store, said, once));
    URI marker = ArtifactStore.child(spec.output(), RunDone.FILE);
    byte[] written = store.readBytes(marker);
    store.delete(marker);
    Workload never =
        context -> {
          throw new IllegalStateException("the work is done twice");
        };
    assertEquals(ExitCodes.DONE, work(spec, 2, store, said, never));
    assertEquals(new String(written), new String(store.readBytes(marker)));
    assertEquals("completed {auroc=0.7}", said.getLast());
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aStoreThatLosesAnswersGivesTheRunToOne(ArtifactStore store) throws IOException {
    Path folder = Files.createTempDirectory(shared, "flaky");
    ArtifactStore flaky =
        new RetryingArtifactStore(
            FlakyStore.nowAndThen(folder),
            new Retry(java.time.Duration.ofSeconds(20), java.time.Duration.ofMillis(1)));
    Lease lease = Lease.take(flaky, FlakyStore.BASE.resolve("run/"), 1);
    lease.hold();
    lease.commit(done(spec(store, "flaky"), 1));
    assertEquals(2, flaky.list(FlakyStore.BASE.resolve("run/")).size());
  }

  private static ArtifactStore patient(ArtifactStore store) {
    return new RetryingArtifactStore(store, Retry.forAMinute());
  }

  private static RunDone done(RunSpec spec, int attempt) {
    return RunDone.of(spec, null, attempt, Map.of());
  }

  private static void write(RunContext context, String text) {
    try {
      Files.writeString(context.folder().resolve("result"), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int work(
      RunSpec spec, int attempt, ArtifactStore store, List<String> said, Workload workload) {
    return new RunWorker(Map.of(RunKind.PRETRAIN, workload), Map.of("mococxr", "test"))
        .work(spec, attempt, List.of("mococxr", "run"), store, reporter(said), () -> false);
  }

  private static RunSpec spec(ArtifactStore store, String name) {
    return new RunSpec(
        shared.getFileName() + "-" + name,
        "run",
        RunKind.PRETRAIN,
        1,
        Map.of(),
        Map.of(),
        ArtifactStore.folder(store.resolve(name + "/runs/run/work/")));
  }

  private static RunReporter reporter(List<String> said) {
    return new SilentReporter() {
      @Override
      public void completed(URI output, Map<String, Double> figures) {
        said.add("completed " + figures);
      }

      @Override
      public void failed(int exitCode, String reason) {
        said.add("failed " + exitCode + " " + reason);
      }
    };
  }
}
