package org.mococxr.events;

import java.time.Instant;
import org.mococxr.specs.ExperimentSpec;

/**
 * A user asks for an experiment; its id is new.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param spec what to do
 */
public record ExperimentRequested(
    String eventId, String experiment, Instant time, ExperimentSpec spec)
    implements ExperimentEvent {
  /** A new event, now. */
  public ExperimentRequested(String experiment, ExperimentSpec spec) {
    this(Event.newId(), experiment, Event.now(), spec);
  }
}
