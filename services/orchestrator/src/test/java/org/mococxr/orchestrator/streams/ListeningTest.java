package org.mococxr.orchestrator.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListeningTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final Listening listening = new Listening();

  private static Instant at(double seconds) {
    return BEGIN.plusMillis((long) (seconds * 1000));
  }

  /** Asked twice a second, as by the processor. */
  private Optional<Instant> asked(double from, double to, boolean answers) {
    Optional<Instant> since = Optional.empty();
    for (double second = from; second <= to; second += 0.5) {
      since = listening.at(at(second), answers);
    }
    return since;
  }

  @Test
  void listensSinceKafkaAnsweredForTheFirstTime() {
    assertEquals(Optional.empty(), asked(0, 3, false));
    assertEquals(Optional.of(at(3.5)), asked(3.5, 100, true));
  }

  /** The next question is asked after 2 seconds and answered within 4. */
  @Test
  void aQuestionThatIsNotAnsweredIsNoGap() {
    asked(0, 100, true);
    assertEquals(Optional.empty(), asked(100.5, 106, false));
    assertEquals(Optional.of(BEGIN), asked(106.5, 200, true));
    // Another one later is no gap either.
    assertEquals(Optional.empty(), asked(200.5, 206, false));
    assertEquals(Optional.of(BEGIN), asked(206.5, 210, true));
  }

  @Test
  void anOutageIsAGap() {
    asked(0, 100, true);
    assertEquals(Optional.empty(), asked(100.5, 112, false));
    assertEquals(Optional.of(at(112.5)), asked(112.5, 200, true));
  }

  /** The thread that hears the events asks, too. */
  @Test
  void aPauseOfTheListenerIsAGap() {
    asked(0, 100, true);
    assertEquals(Optional.of(at(120)), asked(120, 130, true));
  }
}
