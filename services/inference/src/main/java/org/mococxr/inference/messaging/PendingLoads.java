package org.mococxr.inference.messaging;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.mococxr.events.ModelPublished;

/**
 * Publications that wait to be loaded: the last of each model, with the tries so far. A later
 * publication or withdrawal of the same model takes an earlier one's place, so that a start does
 * not load versions that are history.
 */
final class PendingLoads {
  /** The longest wait between two tries. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Map<String, Load> loads = new LinkedHashMap<>();
  private final InstantSource clock;
  private final Duration firstDelay;
  private final int attempts;

  /**
   * @param firstDelay wait after the first failure; it doubles with each, up to a minute
   * @param attempts tries altogether of what fails for another reason than a store that is away
   */
  PendingLoads(InstantSource clock, Duration firstDelay, int attempts) {
    this.clock = clock;
    this.firstDelay = firstDelay;
    this.attempts = attempts;
  }

  /**
   * A publication waiting since {@code due}.
   *
   * @param failures tries that failed although its files were there
   * @param waits how often it was put back, for whatever reason
   */
  record Load(
      ModelPublished model,
      ConsumerRecord<String, String> origin,
      int failures,
      int waits,
      Instant due) {}

  void add(ModelPublished model, ConsumerRecord<String, String> origin) {
    loads.put(model.model(), new Load(model, origin, 0, 0, clock.instant()));
  }

  void forget(String model) {
    loads.remove(model);
  }

  boolean isEmpty() {
    return loads.isEmpty();
  }

  /** What is to be tried now; each is taken out. */
  List<Load> takeDue() {
    Instant now = clock.instant();
    List<Load> due = loads.values().stream().filter(load -> !load.due().isAfter(now)).toList();
    due.forEach(load -> forget(load.model().model()));
    return due;
  }

  /** Puts a failed load back; the wait until its next try, or empty when it was the last. */
  Optional<Duration> retry(Load load) {
    int failures = load.failures() + 1;
    return failures >= attempts ? Optional.empty() : Optional.of(putBack(load, failures));
  }

  /** Puts back a load whose files are away, however often they were; the wait until its next. */
  Duration await(Load load) {
    return putBack(load, load.failures());
  }

  private Duration putBack(Load load, int failures) {
    Duration doubled = firstDelay.multipliedBy(1L << Math.min(load.waits(), 20));
    Duration wait = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    loads.put(
        load.model().model(),
        new Load(
            load.model(), load.origin(), failures, load.waits() + 1, clock.instant().plus(wait)));
    return wait;
  }
}
