package org.mococxr.events;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Maps;
import org.mococxr.specs.data.Draw;

/**
 * The manifests are written.
 *
 * @param eventId unique
 * @param experiment id
 * @param time when
 * @param request id of the {@link SplitRequested} that is answered
 * @param split split.json
 * @param manifests file name without {@code .csv} to its place: {@code train}, {@code valid},
 *     {@code test}, {@code pretrain}, and the draws
 * @param counts images per manifest, under the same names
 * @param draws which of the manifests are labelled subsets, and of what
 */
public record SplitCompleted(
    String eventId,
    String experiment,
    Instant time,
    String request,
    URI split,
    Map<String, URI> manifests,
    Map<String, Long> counts,
    List<Draw> draws)
    implements SplitEvent {
  /** Copies all, keeping their order. */
  public SplitCompleted {
    manifests = Maps.copy(manifests);
    counts = Maps.copy(counts);
    draws = draws == null ? List.of() : List.copyOf(draws);
  }

  /** A new event, now. */
  public SplitCompleted(
      String experiment,
      String request,
      URI split,
      Map<String, URI> manifests,
      Map<String, Long> counts,
      List<Draw> draws) {
    this(Event.newId(), experiment, Event.now(), request, split, manifests, counts, draws);
  }
}
