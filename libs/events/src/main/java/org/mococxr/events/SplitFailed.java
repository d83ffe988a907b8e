package org.mococxr.events;

import java.time.Instant;

/**
 * The split cannot be made.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param request id of the {@link SplitRequested} that is answered
 * @param fault true if the splitter or the store failed; false if the recipe or the data are wrong,
 *     which the user can mend. Events of earlier versions do not say it: false
 * @param reason for the user: place, problem and remedy
 */
public record SplitFailed(
    String eventId, String experiment, Instant time, String request, boolean fault, String reason)
    implements SplitEvent {
  /** Leaves out of the reason what tells who a patient is. */
  public SplitFailed {
    reason = Reasons.withoutPatients(reason);
  }

  /** A new event, now. */
  public SplitFailed(String experiment, String request, boolean fault, String reason) {
    this(Event.newId(), experiment, Event.now(), request, fault, reason);
  }
}
