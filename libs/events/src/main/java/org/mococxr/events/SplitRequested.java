package org.mococxr.events;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.mococxr.foundation.Maps;

/**
 * The orchestrator asks the splitter for the manifests of an experiment.
 *
 * @param eventId unique; the answers name it
 * @param experiment id
 * @param time when
 * @param recipe the split recipe, accepted with the experiment
 * @param output the folder to write
 */
public record SplitRequested(
    String eventId, String experiment, Instant time, Map<String, Object> recipe, URI output)
    implements SplitEvent {
  /** Copies the maps, keeping their order. */
  public SplitRequested {
    recipe = Maps.copy(recipe);
  }

  /** A new event, now. */
  public SplitRequested(String experiment, Map<String, Object> recipe, URI output) {
    this(Event.newId(), experiment, Event.now(), recipe, output);
  }
}
