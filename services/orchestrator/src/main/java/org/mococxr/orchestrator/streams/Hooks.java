package org.mococxr.orchestrator.streams;

import java.util.function.BooleanSupplier;
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
 * @param answers whether Kafka answers at the moment; must be quick
 */
public record Hooks(
    UnaryOperator<Event> finish,
    Runnable changed,
    Transitions transitions,
    Tracing tracing,
    BooleanSupplier answers) {

  /** Neither counts nor traces, and relies on Kafka. */
  public Hooks(UnaryOperator<Event> finish, Runnable changed) {
    this(finish, changed, Transitions.NONE, Tracing.off(), () -> true);
  }
}
