package org.mococxr.inference.batches;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.FileArtifactStore;

/** Who works on a job, by clocks that a test moves. */
class BatchLeasesTest {
  private static final Duration SILENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong(-7);

  private BatchLeases replica() {
    ArtifactStore store = new FileArtifactStore(folder.toUri());
    return new BatchLeases(store, store.resolve("leases/"), SILENCE, nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void oneReplicaHasAJobAsLongAsItShowsThatItIsAlive() throws IOException {
    BatchLeases.Lease held = replica().take("a").orElseThrow();
    BatchLeases other = replica();
    for (int i = 0; i < 10; i++) {
      assertTrue(other.take("a").isEmpty());
      pass(SILENCE.dividedBy(2));
      held.beat();
    }
    assertTrue(other.take("b").isPresent());
  }

  @Test
  void aSilentReplicaLosesItsJobForGood() throws IOException {
    BatchLeases.Lease held = replica().take("a").orElseThrow();
    BatchLeases other = replica();
    assertTrue(other.take("a").isEmpty());
    pass(SILENCE);
    assertTrue(other.take("a").isEmpty(), "not before the time is over");
    pass(Duration.ofNanos(1));
    // Somebody who has only just come has to wait.
    BatchLeases third = replica();
    assertTrue(third.take("a").isEmpty());
    BatchLeases.Lease taken = other.take("a").orElseThrow();
    assertThrows(BatchLeases.LostException.class, held::beat);
    taken.beat();
    assertTrue(third.take("a").isEmpty());
  }

  @Test
  void aSilentReplicaLosesItsJobAlsoWhenTheOtherHasEndedIt() throws IOException {
    BatchLeases.Lease held = replica().take("a").orElseThrow();
    BatchLeases other = replica();
    assertTrue(other.take("a").isEmpty());
    pass(SILENCE.plusNanos(1));
    other.take("a").orElseThrow();
    other.delete("a");
    assertThrows(BatchLeases.LostException.class, held::beat);
  }

  @Test
  void whatIsReleasedIsFreeAtOnce() throws IOException {
    BatchLeases first = replica();
    first.take("a").orElseThrow().release();
    BatchLeases second = replica();
    BatchLeases.Lease taken = second.take("a").orElseThrow();
    assertTrue(first.take("a").isEmpty());
    taken.beat();
    second.delete("a");
    assertTrue(first.take("a").isPresent());
  }

  @Test
  void aBeatIsDueInGoodTime() throws IOException {
    BatchLeases.Lease held = replica().take("a").orElseThrow();
    assertEquals(SILENCE.dividedBy(4), held.due());
    pass(SILENCE);
    assertTrue(held.due().isNegative());
    held.beat();
    assertEquals(SILENCE.dividedBy(4), held.due());
  }
}
