package org.mococxr.events;

import java.time.Instant;

/**
 * The orchestrator no longer wants a run; who runs it stops it.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param run name
 * @param attempt counts from 1
 */
public record RunCancelled(String eventId, String experiment, Instant time, String run, int attempt)
    implements RunEvent {
  /** A new event, now. */
  public RunCancelled(String experiment, String run, int attempt) {
    this(Event.newId(), experiment, Event.now(), run, attempt);
  }
}
