package org.mococxr.local.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.mococxr.events.Event;
import org.mococxr.events.RunCompleted;
import org.mococxr.local.follow.EventFeed;

/** The events of an experiment as far as they have been heard. */
final class HeardEvents {
  private final EventFeed feed;
  private final Duration bound;
  private final List<Event> events = new ArrayList<>();

  /**
   * @param bound how long to wait for one event
   */
  HeardEvents(EventFeed feed, Duration bound) {
    this.feed = feed;
    this.bound = bound;
  }

  /** Waits until such an event has been heard, now or before. */
  void await(String what, Predicate<Event> condition) {
    Instant deadline = Instant.now().plus(bound);
    while (events.stream().noneMatch(condition)) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError(
            "not within " + bound.toSeconds() + " s: " + what + "; events so far: " + events);
      }
      listen(Duration.ofMillis(100));
    }
  }

  /** Waits until a run is done. */
  void awaitDone(String run) {
    await(run + " done", event -> event instanceof RunCompleted done && done.run().equals(run));
  }

  /** Hears what has come meanwhile; waits for something at most the given time. */
  void listen(Duration wait) {
    events.addAll(feed.poll(wait));
  }

  /** Hears all that has been said until now. */
  void listenToEnd() {
    events.addAll(feed.rest(bound));
  }

  /** Forgets what was heard. */
  void clear() {
    events.clear();
  }

  /** The events of a kind, in the order in which they came. */
  <E extends Event> Stream<E> of(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast);
  }
}
