package org.mococxr.events;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.mococxr.foundation.Maps;

/**
 * A run is done; its folder ends with {@code DONE.json}.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param run name
 * @param attempt counts from 1
 * @param output the run's folder
 * @param figures named results
 */
public record RunCompleted(
    String eventId,
    String experiment,
    Instant time,
    String run,
    int attempt,
    URI output,
    Map<String, Double> figures)
    implements RunEvent {
  /** Copies the maps, keeping their order. */
  public RunCompleted {
    figures = Maps.copy(figures);
  }

  /** A new event, now. */
  public RunCompleted(
      String experiment, String run, int attempt, URI output, Map<String, Double> figures) {
    this(Event.newId(), experiment, Event.now(), run, attempt, output, figures);
  }
}
