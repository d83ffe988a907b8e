package org.mococxr.events;

import java.net.URI;
import java.time.Instant;

/**
 * A trainer has written a checkpoint from which it can go on.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param run name
 * @param attempt counts from 1
 * @param step the step it was written after
 * @param checkpoint its folder
 */
public record RunCheckpointed(
    String eventId,
    String experiment,
    Instant time,
    String run,
    int attempt,
    long step,
    URI checkpoint)
    implements RunEvent {
  /** A new event, now. */
  public RunCheckpointed(String experiment, String run, int attempt, long step, URI checkpoint) {
    this(Event.newId(), experiment, Event.now(), run, attempt, step, checkpoint);
  }
}
