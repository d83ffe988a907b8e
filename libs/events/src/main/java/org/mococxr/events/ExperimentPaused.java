package org.mococxr.events;

import java.time.Instant;

/**
 * A user asks that no run of an experiment be in flight until it is resumed; the split goes on.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 */
public record ExperimentPaused(String eventId, String experiment, Instant time)
    implements ExperimentEvent {
  /** A new event, now. */
  public ExperimentPaused(String experiment) {
    this(Event.newId(), experiment, Event.now());
  }
}
