package org.mococxr.events;

import java.time.Instant;
import java.util.Map;
import org.mococxr.foundation.Maps;

/**
 * A trainer tells how far it is.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param run name
 * @param attempt counts from 1
 * @param stage in a few words, for example {@code epoch 3 of 20}
 * @param done units finished
 * @param total units in all, or 0 if not known
 * @param figures named numbers worth showing, such as {@code loss}
 */
public record RunProgress(
    String eventId,
    String experiment,
    Instant time,
    String run,
    int attempt,
    String stage,
    long done,
    long total,
    Map<String, Double> figures)
    implements RunEvent {
  /** Copies the maps, keeping their order. */
  public RunProgress {
    figures = Maps.copy(figures);
  }

  /** A new event, now. */
  public RunProgress(
      String experiment,
      String run,
      int attempt,
      String stage,
      long done,
      long total,
      Map<String, Double> figures) {
    this(Event.newId(), experiment, Event.now(), run, attempt, stage, done, total, figures);
  }
}
