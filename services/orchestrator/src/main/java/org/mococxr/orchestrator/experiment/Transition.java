package org.mococxr.orchestrator.experiment;

import java.util.List;
import org.mococxr.events.Event;

/**
 * What an event leads to.
 *
 * @param state the experiment's next state
 * @param commands events to send, in order
 */
public record Transition(ExperimentState state, List<Event> commands) {}
