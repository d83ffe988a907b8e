package org.mococxr.events;

import java.time.Instant;

/**
 * A user asks that a paused experiment go on.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 */
public record ExperimentResumed(String eventId, String experiment, Instant time)
    implements ExperimentEvent {
  /** A new event, now. */
  public ExperimentResumed(String experiment) {
    this(Event.newId(), experiment, Event.now());
  }
}
