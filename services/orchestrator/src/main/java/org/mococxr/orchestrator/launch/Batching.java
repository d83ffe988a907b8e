package org.mococxr.orchestrator.launch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.specs.RunKind;

/**
 * Which attempts begin together. Attempts of one experiment and kind gather until there are as many
 * as a Job may have, or until the first has waited for long enough. Not thread-safe.
 */
final class Batching {
  private final OrchestratorConfig.Kubernetes config;
  private final Function<Wanted, String> name;
  private final Clock clock;
  private final Map<String, Instant> waitingSince = new HashMap<>();

  /**
   * @param name of an attempt
   */
  Batching(OrchestratorConfig.Kubernetes config, Function<Wanted, String> name, Clock clock) {
    this.config = config;
    this.name = name;
    this.clock = clock;
  }

  private record Kind(String experiment, RunKind kind) {}

  /** Only these are wanted. */
  void retain(Set<String> names) {
    waitingSince.keySet().retainAll(names);
  }

  /** How many attempts at runs of a kind share a Job. */
  int size(RunKind kind) {
    return Math.max(1, config.batches().getOrDefault(kind.word(), 1));
  }

  /** How many of the runs of a Job are at work at the same time. */
  static int atOnce(OrchestratorConfig.Kubernetes config, RunKind kind, int runs) {
    return Math.min(runs, Math.max(1, config.batchesAtOnce().getOrDefault(kind.word(), 1)));
  }

  /** The Jobs to make now for attempts that have none; the other attempts wait for more. */
  List<Batch> ready(List<Wanted> without) {
    Map<Kind, List<Wanted>> kinds = new LinkedHashMap<>();
    for (Wanted run : without) {
      kinds
          .computeIfAbsent(
              new Kind(run.spec().experiment(), run.spec().kind()), k -> new ArrayList<>())
          .add(run);
    }
    List<Batch> ready = new ArrayList<>();
    kinds.forEach(
        (kind, runs) -> {
          int size = size(kind.kind());
          int full = runs.size() / size * size;
          for (int i = 0; i < full; i += size) {
            ready.add(batch(runs.subList(i, i + size)));
          }
          List<Wanted> rest = runs.subList(full, runs.size());
          if (!rest.isEmpty() && longEnough(rest)) {
            ready.add(batch(rest));
          }
        });
    return ready;
  }

  private Batch batch(List<Wanted> runs) {
    List<String> names = runs.stream().map(name).toList();
    waitingSince.keySet().removeAll(names);
    return Batch.of(config.installation(), List.copyOf(runs), names);
  }

  private boolean longEnough(List<Wanted> runs) {
    Instant now = clock.instant();
    Duration most = config.batchWait();
    return runs.stream()
        .map(run -> waitingSince.computeIfAbsent(name.apply(run), n -> now))
        .toList()
        .stream()
        .anyMatch(since -> !now.isBefore(since.plus(most)));
  }
}
