package org.mococxr.inference.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ModelPublished;

class PendingLoadsTest {
  private Instant now = Instant.EPOCH;
  private final PendingLoads loads = new PendingLoads(() -> now, Duration.ofSeconds(1), 4);

  @Test
  void ofAModelsHistoryOnlyTheLastPublicationIsLoaded() {
    add("a", "1");
    add("b", "1");
    add("a", "2");
    add("c", "1");
    loads.forget("c");
    List<String> due =
        loads.takeDue().stream().map(l -> l.model().model() + l.model().version()).toList();
    assertEquals(List.of("a2", "b1"), due);
    assertTrue(loads.isEmpty());
  }

  @Test
  void theWaitDoublesUntilTheAttemptsAreUsedUp() {
    add("a", "1");
    for (int seconds : new int[] {1, 2, 4}) {
      PendingLoads.Load load = loads.takeDue().getFirst();
      assertEquals(Optional.of(Duration.ofSeconds(seconds)), loads.retry(load));
      now = now.plusSeconds(seconds).minusMillis(1);
      assertTrue(loads.takeDue().isEmpty());
      now = now.plusMillis(1);
    }
    assertEquals(Optional.empty(), loads.retry(loads.takeDue().getFirst()));
    assertTrue(loads.isEmpty());
  }

  @Test
  void aStoreThatIsAwayIsAskedAsLongAsItTakesAndEveryMinute() {
    add("a", "1");
    Duration waited = Duration.ZERO;
    for (int tries = 1; tries <= 100; tries++) {
      Duration wait = loads.await(loads.takeDue().getFirst());
      now = now.plus(wait);
      waited = waited.plus(wait);
    }
    // 1, 2, 4, 8, 16 and 32 seconds, and 94 minutes.
    assertEquals(Duration.ofMinutes(94).plusSeconds(63), waited);
    add("a", "2");
    assertEquals("2", loads.takeDue().getFirst().model().version());
    assertTrue(loads.isEmpty());
  }

  @Test
  void waitingForTheStoreUsesUpNoTry() {
    add("a", "1");
    for (int tries = 1; tries <= 10; tries++) {
      now = now.plus(loads.await(loads.takeDue().getFirst()));
    }
    for (int tries = 1; tries <= 3; tries++) {
      now = now.plus(loads.retry(loads.takeDue().getFirst()).orElseThrow());
    }
    assertEquals(Optional.empty(), loads.retry(loads.takeDue().getFirst()));
  }

  private void add(String model, String version) {
    loads.add(
        new ModelPublished("e", model, version, URI.create("file:///b/"), "00"),
        new ConsumerRecord<>("mococxr.models", 0, 0, model, ""));
  }
}
