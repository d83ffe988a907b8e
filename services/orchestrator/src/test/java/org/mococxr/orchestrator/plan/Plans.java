package org.mococxr.orchestrator.plan;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.events.SplitCompleted;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.data.Draw;

/** An experiment and its plan, for tests. */
final class Plans {
  static final Layout LAYOUT = new Layout(URI.create("file:///store"));
  static final String YAML =
      """
      name: demo
      seed: 7
      data: {root: /data/my x-rays}
      tasks: [Pleural Effusion]
      split: {fractions: [0.01, 1], draws: [2, 1]}
      image: {size: 64}
      pretraining: {epochs: 3}
      linear: {solver: lbfgs}
      endToEnd: {epochs: 2}
      """;

  static final List<Draw> DRAWS =
      List.of(
          new Draw("train_semi_1-it0", 1, 0),
          new Draw("train_semi_0.01-it0", 0.01, 0),
          new Draw("train_semi_0.01-it1", 0.01, 1));

  private Plans() {}

  static Map<String, URI> folders(List<PlannedRun> plan) {
    return plan.stream().collect(Collectors.toMap(PlannedRun::name, run -> run.spec().output()));
  }

  static Set<String> moved(Map<String, URI> before, Map<String, URI> now) {
    return before.keySet().stream()
        .filter(run -> !before.get(run).equals(now.get(run)))
        .collect(Collectors.toSet());
  }

  static List<Object> values(Map<String, Object> options) {
    return Stream.of("initialisation", "mode", "fraction", "draw")
        .<Object>map(options::get)
        .toList();
  }

  static SplitCompleted split(Map<String, URI> manifests, List<Draw> draws) {
    return new SplitCompleted(
        "demo", "r", URI.create("file:///split/split.json"), manifests, Map.of(), draws);
  }

  static List<PlannedRun> plan(String yaml) {
    return RunPlan.of(ExperimentSpec.parse(yaml, "test"), split(manifests(), DRAWS), LAYOUT);
  }

  static Map<String, URI> manifests() {
    Map<String, URI> manifests = new LinkedHashMap<>();
    for (String name :
        List.of(
            "train",
            "valid",
            "test",
            "pretrain",
            "train_semi_1-it0",
            "train_semi_0.01-it0",
            "train_semi_0.01-it1")) {
      manifests.put(name, URI.create("file:///split/" + name + ".csv"));
    }
    return manifests;
  }

  static Map<String, PlannedRun> byName(List<PlannedRun> plan) {
    return plan.stream().collect(Collectors.toMap(PlannedRun::name, Function.identity()));
  }
}
