package org.mococxr.events;

import java.time.Instant;
import org.mococxr.specs.ExitCodes;

/**
 * A run ended without a result.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param run name
 * @param attempt counts from 1
 * @param exitCode see {@link ExitCodes}; {@link ExitCodes#UNKNOWN} if nobody saw it
 * @param reason for the user
 */
public record RunFailed(
    String eventId,
    String experiment,
    Instant time,
    String run,
    int attempt,
    int exitCode,
    String reason)
    implements RunEvent {
  /** Leaves out of the reason what tells who a patient is. */
  public RunFailed {
    reason = Reasons.withoutPatients(reason);
  }

  /** A new event, now. */
  public RunFailed(String experiment, String run, int attempt, int exitCode, String reason) {
    this(Event.newId(), experiment, Event.now(), run, attempt, exitCode, reason);
  }
}
