package org.mococxr.events;

import java.time.Instant;

/**
 * A user asks that a failed or cancelled experiment go on with the runs that are not done.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 */
public record ExperimentRetried(String eventId, String experiment, Instant time)
    implements ExperimentEvent {
  /** A new event, now. */
  public ExperimentRetried(String experiment) {
    this(Event.newId(), experiment, Event.now());
  }
}
