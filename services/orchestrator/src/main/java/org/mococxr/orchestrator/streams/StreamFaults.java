package org.mococxr.orchestrator.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;
import org.mococxr.messaging.KafkaProblems;

/**
 * What ends the stream's thread. It is replaced each time, after a pause that grows as long as the
 * reason stays the same; the first time of a reason is told in full.
 */
final class StreamFaults implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = Logger.getLogger(StreamFaults.class);

  /** For this long a replica whose thread has failed does not count as ready. */
  private static final Duration RECENT = Duration.ofSeconds(15);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private volatile Fault last;

  /**
   * @param at when the thread was replaced
   */
  private record Fault(Instant at, String what, Duration pause) {
    private boolean recent() {
      return Instant.now().isBefore(at.plus(RECENT));
    }
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    String what = KafkaProblems.of(failure);
    Fault before = last;
    boolean again = before != null && before.recent() && before.what().equals(what);
    if (!again && KafkaProblems.isOutage(failure)) {
      LOG.errorf("a stream thread failed and is replaced: %s", what);
    } else if (!again) {
      LOG.error("a stream thread failed and is replaced", failure);
    }
    Duration pause = again ? longer(before.pause()) : FIRST_PAUSE;
    last = new Fault(Instant.now().plus(pause), what, pause);
    // Kafka Streams throws it on to the thread that ends here, which would print it again.
    Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** What a thread failed by lately. */
  Optional<String> recent() {
    Fault fault = last;
    return fault != null && fault.recent() ? Optional.of(fault.what()) : Optional.empty();
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }
}
