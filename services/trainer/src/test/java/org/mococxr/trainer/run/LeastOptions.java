package org.mococxr.trainer.run;

import java.util.List;
import java.util.Map;
import org.mococxr.specs.RunKind;

/** Options without which there is no run of a kind. */
final class LeastOptions {
  private LeastOptions() {}

  static Map<String, Object> of(RunKind kind) {
    Map<String, Object> one =
        Map.of("initialisation", "moco", "mode", "linear", "fraction", 1, "draw", 0, "run", "one");
    return switch (kind) {
      case INTERVALS, REPORT -> Map.of("architecture", "resnet18", "runs", List.of(one));
      case CHOOSE ->
          Map.of("draw", 0, "candidates", List.of(Map.of("run", "one", "draw", 0, "point", "f0")));
      case SELECT, TEST, EXPLAIN, EXPORT -> Map.of("run", "one");
      case AUDIT -> Map.of();
      case PRETRAIN, EMBED -> Map.of("architecture", "resnet18");
      case FINETUNE -> Map.of("architecture", "resnet18", "tasks", List.of("Edema"));
    };
  }
}
