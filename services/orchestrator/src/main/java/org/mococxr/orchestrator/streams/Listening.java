package org.mococxr.orchestrator.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Since when events have been heard without a gap. */
final class Listening {
  /**
   * Kafka is asked every 2 seconds and has 4 seconds to answer. That one question goes unanswered
   * delays events and loses none; only a second one in a row is a gap.
   */
  private static final Duration LATE = Duration.ofSeconds(7);

  private Instant since;
  private Instant last;

  /**
   * To be asked often.
   *
   * @param answers whether Kafka answers now
   * @return empty while it does not
   */
  Optional<Instant> at(Instant now, boolean answers) {
    if (!answers) {
      return Optional.empty();
    }
    if (last == null || now.isAfter(last.plus(LATE))) {
      since = now;
    }
    last = now;
    return Optional.of(since);
  }
}
