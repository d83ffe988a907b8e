package org.mococxr.events;

import java.time.Instant;

/**
 * The splitter tells how far it is.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param request id of the {@link SplitRequested} that is worked on
 * @param stage in a few words
 * @param done units finished
 * @param total units in all, or 0 if not known
 */
public record SplitProgress(
    String eventId,
    String experiment,
    Instant time,
    String request,
    String stage,
    long done,
    long total)
    implements SplitEvent {
  /** A new event, now. */
  public SplitProgress(String experiment, String request, String stage, long done, long total) {
    this(Event.newId(), experiment, Event.now(), request, stage, done, total);
  }
}
