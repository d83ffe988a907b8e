package org.mococxr.orchestrator.launch;

import java.util.concurrent.CompletableFuture;
import org.mococxr.events.Event;

/** Where a launcher tells how attempts ended. */
@FunctionalInterface
public interface Outcomes {

  /** Sends an event; completes when it has arrived. */
  CompletableFuture<Void> publish(Event event);
}
