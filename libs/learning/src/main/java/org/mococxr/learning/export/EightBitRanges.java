package org.mococxr.learning.export;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;

/** Finds what the feature maps of a classifier's checkpoints lie between, on pictures. */
final class EightBitRanges {
  /** Pictures that are looked at; more hardly move the ranges. */
  static final int MOST_IMAGES = 100;

  private static final int BATCH = 8;
  private static final String LEAST = "/least";
  private static final String MOST = "/most";

  private EightBitRanges() {}

  /**
   * The ranges of each checkpoint's planned maps, by node.
   *
   * @param pictures of the validation set
   */
  static List<Map<String, EightBitGraph.Range>> find(
      Classifier classifier, List<GreyImage> pictures, Progress progress) {
    Map<String, Float> extremes = new HashMap<>();
    try (OnnxModel session = new OnnxModel(OnnxWriter.observed(classifier))) {
      for (int from = 0; from < pictures.size(); from += BATCH) {
        int to = Math.min(from + BATCH, pictures.size());
        session
            .run(pictures.subList(from, to))
            .forEach(
                (name, value) ->
                    extremes.merge(name, value[0], name.endsWith(LEAST) ? Math::min : Math::max));
        progress.update("finding the ranges of feature maps", to, pictures.size());
      }
    }
    List<Map<String, EightBitGraph.Range>> ranges = new ArrayList<>();
    for (int member = 0; member < classifier.checkpoints().size(); member++) {
      EightBitPlan plan = EightBitPlan.of(classifier.checkpoints().get(member).encoder().network());
      Map<String, EightBitGraph.Range> of = new HashMap<>();
      for (String map : plan.maps()) {
        String name = output(member, map);
        of.put(
            map,
            new EightBitGraph.Range(
                Math.min(0, extremes.get(name + LEAST)), Math.max(0, extremes.get(name + MOST))));
      }
      ranges.add(of);
    }
    return ranges;
  }

  private static String output(int member, String map) {
    return "range/" + member + "/" + map;
  }

  /** Adds the outputs that are read above. */
  static void observe(OnnxGraph graph, int member, EightBitPlan plan, NetworkGraph network) {
    for (String map : plan.maps()) {
      String result = network.result(plan.source(map));
      String name = output(member, map);
      for (String end : List.of(LEAST, MOST)) {
        graph.output(
            graph.node(
                end.equals(LEAST) ? "ReduceMin" : "ReduceMax",
                name + end,
                List.of(result),
                OnnxGraph.integer("keepdims", 0)));
      }
    }
  }
}
