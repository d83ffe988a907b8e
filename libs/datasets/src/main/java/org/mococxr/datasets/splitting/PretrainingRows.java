package org.mococxr.datasets.splitting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.RandomStream;

/**
 * The rows of the pretraining manifest: every training image whose patient is not held out,
 * labelled or not, as often as the weight of its data set says. A fraction of a weight is a
 * fraction of the patients, drawn under the seed.
 */
final class PretrainingRows {
  private PretrainingRows() {}

  /**
   * @param all every image
   * @param free rows of the training part whose patients are not held out
   * @param shares image's path to its data set's share; without one the weight is 1
   * @return sorted; a row that is seen twice is there twice
   */
  static int[] of(
      List<ImageRecord> all, int[] free, Map<String, Datasets.Share> shares, long seed) {
    if (shares.isEmpty()) {
      return free;
    }
    Map<String, Set<String>> patients = new TreeMap<>();
    Map<String, Double> weights = new HashMap<>();
    for (int row : free) {
      Datasets.Share share = shares.get(all.get(row).path());
      weights.put(share.source(), share.weight());
      patients.computeIfAbsent(share.source(), k -> new TreeSet<>()).add(all.get(row).patient());
    }
    Map<String, Set<String>> once = new HashMap<>();
    patients.forEach(
        (source, names) -> {
          double rest = weights.get(source) - Math.floor(weights.get(source));
          once.put(source, drawn(names, rest, source, seed));
        });
    return IntStream.of(free)
        .flatMap(
            row -> {
              ImageRecord image = all.get(row);
              Datasets.Share share = shares.get(image.path());
              boolean more = once.get(share.source()).contains(image.patient());
              int times = (int) Math.floor(share.weight()) + (more ? 1 : 0);
              return IntStream.range(0, times).map(i -> row);
            })
        .toArray();
  }

  private static Set<String> drawn(Set<String> names, double share, String source, long seed) {
    List<String> order = new ArrayList<>(names);
    int[] places = RandomStream.of(seed, "pretraining weight", source).permutation(order.size());
    int count = (int) Math.round(share * order.size());
    Set<String> drawn = new HashSet<>();
    Arrays.stream(places, 0, count).forEach(place -> drawn.add(order.get(place)));
    return drawn;
  }
}
