package org.mococxr.events;

import java.time.Instant;

/**
 * The split cannot be made.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param request id of the {@link SplitRequested} that is answered
 * @param reason for the user: place, problem and remedy
 */
public record SplitFailed(
    String eventId, String experiment, Instant time, String request, String reason)
    implements SplitEvent {
  /** Leaves out of the reason what tells who a patient is. */
  public SplitFailed {
    reason = Reasons.withoutPatients(reason);
  }

  /** A new event, now. */
  public SplitFailed(String experiment, String request, String reason) {
    this(Event.newId(), experiment, Event.now(), request, reason);
  }
}
