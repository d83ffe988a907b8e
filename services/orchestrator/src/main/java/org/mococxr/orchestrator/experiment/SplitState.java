package org.mococxr.orchestrator.experiment;

import java.net.URI;
import java.util.Map;

/**
 * What is known of the split.
 *
 * @param stage what the splitter does, in a few words
 * @param done units finished
 * @param total units in all, or 0 if not known
 * @param split split.json; null until it is there
 * @param counts images of train, valid, test and pretrain; empty until it is there
 */
public record SplitState(String stage, long done, long total, URI split, Map<String, Long> counts) {

  /** Nothing known yet. */
  static SplitState requested() {
    return new SplitState("requested", 0, 0, null, Map.of());
  }
}
