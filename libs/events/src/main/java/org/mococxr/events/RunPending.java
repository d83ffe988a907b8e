package org.mococxr.events;

import java.time.Instant;

/**
 * A run has been asked for and cannot begin yet.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param run name
 * @param attempt counts from 1
 * @param reason for the user, such as the resource that no node has
 */
public record RunPending(
    String eventId, String experiment, Instant time, String run, int attempt, String reason)
    implements RunEvent {
  /** A new event, now. */
  public RunPending(String experiment, String run, int attempt, String reason) {
    this(Event.newId(), experiment, Event.now(), run, attempt, reason);
  }
}
