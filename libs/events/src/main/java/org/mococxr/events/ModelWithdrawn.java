package org.mococxr.events;

import java.time.Instant;

/**
 * A version is to be served no longer.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param model name
 * @param version of the model
 */
public record ModelWithdrawn(
    String eventId, String experiment, Instant time, String model, String version)
    implements ModelEvent {
  /** A new event, now. */
  public ModelWithdrawn(String experiment, String model, String version) {
    this(Event.newId(), experiment, Event.now(), model, version);
  }
}
