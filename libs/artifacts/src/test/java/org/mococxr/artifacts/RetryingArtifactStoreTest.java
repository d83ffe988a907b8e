package org.mococxr.artifacts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Digests;

class RetryingArtifactStoreTest {
  private static final URI OBJECT = URI.create("s3://lab/object");
  private static final Retry QUICK = new Retry(Duration.ofSeconds(20), Duration.ofMillis(1));

  @TempDir Path folder;

  @Test
  void everyOperationSucceedsOnAStoreThatFailsNowAndThen() throws IOException {
    Path work = Files.createDirectories(folder.resolve("work"));
    byte[] content = new byte[200_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 7 + (i >> 9));
    }
    Files.write(work.resolve("weights"), content);
    Files.writeString(work.resolve("DONE.json"), "{}");
    try (ArtifactStore store =
        new RetryingArtifactStore(FlakyStore.nowAndThen(folder.resolve("store")), QUICK)) {
      URI run = store.resolve("run/");
      store.publish(work, run, "DONE.json");
      store.fetch(run, folder.resolve("copy"));
      assertArrayEquals(content, Files.readAllBytes(folder.resolve("copy/weights")));
      URI weights = ArtifactStore.child(run, "weights");
      assertEquals(Digests.sha256(content), store.digest(weights));
      assertArrayEquals(content, store.readBytes(weights));
      assertTrue(store.exists(weights));
      store.delete(weights);
      assertFalse(store.exists(weights));
      assertEquals(1, store.list(run).size());
    }
  }

  @Test
  void aStoreThatStaysAwayIsNamedAsTheCauseWhenThePatienceIsSpent() {
    AtomicLong clock = new AtomicLong();
    Retry brief =
        new Retry(
            Duration.ofMillis(300),
            Duration.ofMillis(10),
            clock::get,
            time -> clock.addAndGet(time.toNanos()));
    AtomicInteger tries = new AtomicInteger();
    StoreUnavailableException e =
        assertThrows(
            StoreUnavailableException.class,
            () ->
                brief.run(
                    OBJECT,
                    () -> {
                      tries.incrementAndGet();
                      throw new IOException("no route to host");
                    }));
    long elapsed = clock.get() / 1_000_000;
    assertTrue(e.getMessage().startsWith(OBJECT.toString()), e.getMessage());
    assertTrue(e.getMessage().contains("no route to host"), e.getMessage());
    // 10 + 20 + 40 + 80 ms fit in 300 ms without any luck, and no more than seven tries without it.
    assertTrue(tries.get() >= 4 && tries.get() <= 7, tries + " tries");
    assertTrue(elapsed <= 300, elapsed + " ms");
    assertTrue(StoreUnavailableException.isCauseOf(new IllegalStateException(e)));
    assertFalse(StoreUnavailableException.isCauseOf(new IOException("disk")));
  }

  @Test
  void whatAnotherTryCannotChangeIsTriedOnce() {
    AtomicInteger tries = new AtomicInteger();
    for (IOException hopeless :
        new IOException[] {
          new NoSuchFileException("object"), new AccessDeniedException("object")
        }) {
      assertThrows(
          hopeless.getClass(),
          () ->
              QUICK.run(
                  OBJECT,
                  () -> {
                    tries.incrementAndGet();
                    throw hopeless;
                  }));
    }
    assertEquals(2, tries.get());
  }

  @Test
  void aCopyThatCannotBeWrittenIsNoFailureOfTheStore() throws IOException {
    Path file = Files.writeString(folder.resolve("a file"), "in the way");
    try (ArtifactStore store =
        new RetryingArtifactStore(FlakyStore.never(folder.resolve("store")), QUICK)) {
      URI object = store.resolve("object");
      store.write(object, new byte[] {1, 2, 3});
      assertThrows(UncheckedIOException.class, () -> store.copyTo(object, file.resolve("below")));
    }
  }
}
