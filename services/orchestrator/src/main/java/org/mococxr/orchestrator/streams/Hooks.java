package org.mococxr.orchestrator.streams;

import java.util.function.UnaryOperator;
import org.mococxr.events.Event;
import org.mococxr.messaging.tracing.Tracing;

/**
 * What the stream asks and tells around it.
 *
 * @param finish completes a command with what only the outside world knows
 * @param changed called after every event and whenever the state has been restored; must be quick
 * @param transitions is told each step
 * @param tracing records what a request leads to
 */
public record Hooks(
    UnaryOperator<Event> finish, Runnable changed, Transitions transitions, Tracing tracing) {

  /** Neither counts nor traces. */
  public Hooks(UnaryOperator<Event> finish, Runnable changed) {
    this(finish, changed, Transitions.NONE, Tracing.off());
  }
}
