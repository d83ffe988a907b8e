package org.mococxr.datasets.splitting;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Maps;

/**
 * What a split wrote.
 *
 * @param split split.json
 * @param manifests file name without {@code .csv} to the file
 * @param counts images per manifest, under the same names
 * @param rejected rows that were left out, listed in rejected.csv
 * @param reused an earlier run had written it already
 * @param root what the manifests' paths are relative to
 * @param assumed what was assumed about the data, a line for each thing: {@code patients from …}
 */
public record SplitSummary(
    Path split,
    Map<String, Path> manifests,
    Map<String, Long> counts,
    long rejected,
    boolean reused,
    Path root,
    List<String> assumed) {
  /** Keeps the order. */
  public SplitSummary {
    manifests = Maps.copy(manifests);
    assumed = List.copyOf(assumed);
    counts = Maps.copy(counts);
  }
}
