package org.mococxr.inference.batches;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.inference.model.Call;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.Precedence;
import org.mococxr.inference.protocol.RefusedException;
import org.mococxr.inference.testing.WithoutKafka;

/** Jobs of several replicas, and of replicas that stop or are killed. */
@Tag("slow")
@QuarkusTest
@TestProfile(WithoutKafka.class)
class BatchReplicasTest extends LocalBatches {
  @Inject Precedence precedence;

  @Test
  void aRestartGoesOnAfterThePartsThatAreKept() throws IOException {
    pictures(200);
    GatedModels gate = new GatedModels(models, 150);
    Batches first = started(gate);
    BatchView job = first.submit(request("a.csv"));
    await().atMost(SOON).until(() -> first.get(job.id()).progress().done() == 128);
    await().atMost(SOON).until(() -> gate.calls().size() > 150);
    first.stop(null);
    assertFalse(Files.exists(output.resolve("a.csv")));
    GatedModels seen = new GatedModels(models, GatedModels.ALL);
    Batches second = started(seen);
    assertEquals(128, second.get(job.id()).progress().done());
    completed(second, job);
    assertEquals(200 - 128, seen.calls().size());
    assertOneRowEach("a.csv", 200, BRIGHTNESS, "1");
  }

  @Test
  void whatAnEndingServiceBreaksFailsNoJob() throws Exception {
    pictures(3);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ending = new CountDownLatch(1);
    ModelRepository broken =
        new GatedModels(models, 0) {
          @Override
          public Lease lease(String name, Optional<String> version) {
            if (version.isEmpty()) {
              return super.lease(name, version); // the submission's
            }
            asked.countDown();
            boolean interrupted = false;
            while (!interrupted) {
              try {
                ending.await();
              } catch (InterruptedException e) {
                interrupted = true;
              }
            }
            throw new IllegalStateException("the session is closed");
          }
        };
    Batches first = started(broken);
    BatchView job = first.submit(request("a.csv"));
    asked.await();
    first.stop(null);
    assertEquals(BatchState.Phase.QUEUED, first.get(job.id()).progress().phase());
    completed(started(models), job);
    assertOneRowEach("a.csv", 3, BRIGHTNESS, "1");
  }

  @Test
  void theVersionStaysForTheWholeJobWhateverIsPublishedAndRestarted() throws IOException {
    pictures(100);
    GatedModels gate = new GatedModels(models, 70);
    Batches first = started(gate);
    BatchView job = first.submit(request("a.csv"));
    BatchView queued = first.submit(request("b.csv"));
    await().atMost(SOON).until(() -> first.get(job.id()).progress().done() == 64);
    serve("2", DARKNESS);
    BatchView next = first.submit(request("c.csv"));
    first.stop(null);
    Batches second = started(models);
    for (BatchView each : List.of(job, queued, next)) {
      completed(second, each);
    }
    assertOneRowEach("a.csv", 100, BRIGHTNESS, "1");
    assertOneRowEach("b.csv", 100, BRIGHTNESS, "1");
    assertOneRowEach("c.csv", 100, DARKNESS, "2");
  }

  @Test
  void aJobIsCancelledWhereverItIs() throws IOException {
    pictures(100);
    GatedModels gate = new GatedModels(models, 70);
    Batches working = started(gate);
    Batches other = replica(models, Map.of());
    BatchView job = other.submit(request("a.csv"));
    BatchView queued = other.submit(request("b.csv"));
    await().atMost(SOON).until(() -> other.get(job.id()).progress().done() == 64);
    other.cancel(queued.id());
    other.cancel(job.id());
    assertEquals(BatchState.Phase.CANCELLED, ended(other, job).progress().phase());
    assertEquals(BatchState.Phase.CANCELLED, ended(other, queued).progress().phase());
    assertFalse(Files.exists(output.resolve("a.csv")));
    // Their names are free, and what has ended can be forgotten.
    gate.allow(GatedModels.ALL);
    await()
        .atMost(SOON)
        .until(() -> !Files.exists(output.resolve(".batches/leases/" + job.id() + "/00000001")));
    completed(working, other.submit(request("a.csv")));
    other.cancel(job.id());
    assertThrows(RefusedException.class, () -> other.get(job.id()));
    assertEquals(2, other.list().size());
  }

  @Test
  void severalReplicasShareTheJobs() throws IOException {
    pictures(80);
    GatedModels one = new GatedModels(models, GatedModels.ALL);
    GatedModels two = new GatedModels(models, GatedModels.ALL);
    Batches first = started(one);
    Batches second = started(two);
    List<BatchView> jobs =
        IntStream.range(0, 6).mapToObj(i -> first.submit(request(i + ".csv"))).toList();
    for (BatchView job : jobs) {
      completed(second, job);
    }
    for (int i = 0; i < 6; i++) {
      assertOneRowEach(i + ".csv", 80, BRIGHTNESS, "1");
    }
    // Nothing was computed twice.
    assertEquals(6 * 80, one.calls().size() + two.calls().size());
  }

  @Test
  void theJobOfAReplicaThatWasKilledIsTakenOver() throws IOException {
    pictures(70);
    BatchView job = replica(models, Map.of()).submit(request("a.csv"));
    ArtifactStore store = ArtifactStore.open(output.toUri());
    BatchStore kept = new BatchStore(store, output.toUri());
    // What a replica leaves that has begun and neither ends nor shows that it is alive.
    Duration silence = Duration.ofSeconds(1);
    new BatchLeases(store, kept.folder("leases"), silence, System::nanoTime)
        .take(job.id())
        .orElseThrow();
    kept.save(job.id(), BatchState.queued().in(BatchState.Phase.RUNNING, null));
    long begin = System.nanoTime();
    completed(started(models), job);
    assertTrue(System.nanoTime() - begin > silence.toNanos());
    assertOneRowEach("a.csv", 70, BRIGHTNESS, "1");
  }

  @Test
  void aJobWaitsWhileARequestIsUnderWay() throws Exception {
    pictures(3);
    GatedModels gate = new GatedModels(models, GatedModels.ALL);
    Batches replica = started(gate);
    BatchView job;
    try (Precedence.Request request = precedence.request()) {
      job = replica.submit(request("a.csv"));
      await().atMost(SOON).until(BatchReplicasTest::waitsBehindRequests);
      assertEquals(List.of(), gate.calls());
    }
    completed(replica, job);
    assertOneRowEach("a.csv", 3, BRIGHTNESS, "1");
  }

  /** Whether a job's worker waits for the requests under way to end. */
  private static boolean waitsBehindRequests() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().startsWith("batch-"))
        .filter(thread -> thread.getKey().getState() == Thread.State.TIMED_WAITING)
        .flatMap(thread -> Arrays.stream(thread.getValue()))
        .anyMatch(frame -> frame.getClassName().equals(Precedence.class.getName()));
  }

  @Test
  void requestsGoFirst() throws IOException {
    pictures(70);
    GatedModels gate = new GatedModels(models, GatedModels.ALL);
    Batches replica = started(gate);
    completed(replica, replica.submit(request("a.csv")));
    assertTrue(gate.calls().stream().allMatch(call -> call.priority() == Call.PRIORITIES));
    assertTrue(Call.PRIORITIES > Call.DEFAULT_PRIORITY);
  }
}
