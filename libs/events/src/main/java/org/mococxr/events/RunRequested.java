package org.mococxr.events;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import org.mococxr.specs.RunSpec;

/**
 * The orchestrator asks that a run be started.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param spec all that the run needs
 * @param attempt counts from 1
 */
public record RunRequested(
    String eventId, String experiment, Instant time, RunSpec spec, int attempt)
    implements RunEvent {
  /** A new event, now. */
  public RunRequested(String experiment, RunSpec spec, int attempt) {
    this(Event.newId(), experiment, Event.now(), spec, attempt);
  }

  @Override
  @JsonIgnore
  public String run() {
    return spec.run();
  }
}
