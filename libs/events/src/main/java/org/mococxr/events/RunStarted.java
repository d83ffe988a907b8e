package org.mococxr.events;

import java.time.Instant;

/**
 * A trainer has begun.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param run name
 * @param attempt counts from 1
 * @param host where
 * @param pid process id there
 */
public record RunStarted(
    String eventId, String experiment, Instant time, String run, int attempt, String host, long pid)
    implements RunEvent {
  /** A new event, now. */
  public RunStarted(String experiment, String run, int attempt, String host, long pid) {
    this(Event.newId(), experiment, Event.now(), run, attempt, host, pid);
  }
}
