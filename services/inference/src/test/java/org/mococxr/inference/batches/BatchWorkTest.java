package org.mococxr.inference.batches;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.FileArtifactStore;

/** What a job's store holds while a replica works, and when the store fails. */
class BatchWorkTest {
  private static final String ID = "20260101-000000000-00000000";
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final ExecutorService workers = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    workers.shutdownNow();
  }

  private BatchStore store() {
    return new BatchStore(new FileArtifactStore(folder.toUri()), folder.toUri());
  }

  private BatchJob job(String id) {
    URI table = ArtifactStore.child(folder.toUri(), "a.csv");
    return new BatchJob(
        id,
        "m",
        "1",
        folder.toUri(),
        "00",
        List.of("Edema"),
        folder.toUri(),
        table,
        BatchRequest.Studies.IMAGE,
        List.of(),
        BatchRequest.Format.CSV,
        Instant.EPOCH);
  }

  private BatchWork work() throws IOException {
    BatchLeases leases =
        new BatchLeases(
            new FileArtifactStore(folder.toUri()),
            store().folder("leases"),
            Duration.ofSeconds(1),
            System::nanoTime);
    return new BatchWork(
        job(ID), store(), leases.take(ID).orElseThrow(), workers, () -> false, state -> {});
  }

  private BatchPlan plan() {
    return BatchPlan.of(List.of(new BatchPlan.Study("s", "", List.of(folder.toUri()))));
  }

  @Test
  void aLongListingShowsThatTheReplicaIsAlive() throws Exception {
    Path hold = folder.resolve(".batches/leases/" + ID + "/00000001");
    BatchPlan plan =
        work()
            .plan(
                () -> {
                  await().atMost(SOON).until(() -> Files.readString(hold).endsWith(" 2"));
                  return plan();
                });
    assertEquals(plan(), plan);
    assertEquals(plan(), store().plan(ID).orElseThrow());
  }

  @Test
  void aLongListingIsCancelled() throws Exception {
    store().cancel(ID);
    CountDownLatch never = new CountDownLatch(1);
    assertThrows(
        BatchWork.StoppedException.class,
        () ->
            work()
                .plan(
                    () -> {
                      try {
                        never.await(SOON.toSeconds(), TimeUnit.SECONDS);
                      } catch (InterruptedException e) {
                        throw new IOException(e);
                      }
                      return plan();
                    }));
    assertTrue(store().plan(ID).isEmpty());
  }

  @Test
  void aJobThatCannotBeKeptHoldsNoName() throws IOException {
    Path state = folder.resolve(".batches/jobs/" + ID + "/state.json");
    Files.createDirectories(state.resolve("in the way"));
    assertThrows(IOException.class, () -> store().add(job(ID)));
    assertTrue(store().ids().isEmpty());
    BatchJob next = job("20260101-000000000-00000001");
    assertTrue(store().add(next));
    assertFalse(store().add(job("20260101-000000000-00000002")));
    assertEquals(List.of(next.id()), store().ids());
  }

  @Test
  void aJobThatIsClearedLateFreesNoNameThatAnotherHasByNow() throws IOException {
    BatchJob next = job("20260101-000000000-00000001");
    assertTrue(store().add(job(ID)));
    store().delete(job(ID));
    assertTrue(store().add(next));
    store().clear(job(ID));
    assertFalse(store().add(job("20260101-000000000-00000002")));
    assertEquals(List.of(next.id()), store().ids());
  }

  /** The client of S3 repeats a request whose answer was lost, and is told that there is one. */
  @Test
  void aNameThatAJobHasByALostAnswerIsItsOwn() throws IOException {
    ArtifactStore files = new FileArtifactStore(folder.toUri());
    ArtifactStore repeating =
        (ArtifactStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ArtifactStore.class},
                (proxy, method, arguments) -> {
                  Object answer = method.invoke(files, arguments);
                  return method.getName().equals("create") ? false : answer;
                });
    assertTrue(new BatchStore(repeating, folder.toUri()).add(job(ID)));
    assertEquals(List.of(ID), store().ids());
    assertFalse(store().add(job("20260101-000000000-00000001")));
  }

  @Test
  void aTableThatIsThereIsNotWrittenAgainAndItsNameIsFreeWhenItIsDeleted() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "Study");
    assertFalse(store().add(job(ID)));
    Files.delete(folder.resolve("a.csv"));
    assertTrue(store().add(job(ID)));
  }
}
