package org.mococxr.events;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.mococxr.foundation.Maps;

/**
 * The manifests are written.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param split split.json
 * @param manifests file name without {@code .csv} to its place: {@code train}, {@code valid},
 *     {@code test}, {@code pretrain}, {@code train_semi_<fraction>-it<draw>}
 * @param counts images per manifest, under the same names
 */
public record SplitCompleted(
    String eventId,
    String experiment,
    Instant time,
    URI split,
    Map<String, URI> manifests,
    Map<String, Long> counts)
    implements SplitEvent {
  /** Copies the maps, keeping their order. */
  public SplitCompleted {
    manifests = Maps.copy(manifests);
    counts = Maps.copy(counts);
  }

  /** A new event, now. */
  public SplitCompleted(
      String experiment, URI split, Map<String, URI> manifests, Map<String, Long> counts) {
    this(Event.newId(), experiment, Event.now(), split, manifests, counts);
  }
}
