package org.mococxr.events;

import java.time.Instant;

/**
 * A user asks that an experiment stops; what is finished stays.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 */
public record ExperimentCancelled(String eventId, String experiment, Instant time)
    implements ExperimentEvent {
  /** A new event, now. */
  public ExperimentCancelled(String experiment) {
    this(Event.newId(), experiment, Event.now());
  }
}
