package org.mococxr.orchestrator.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.UnreadableException;
import org.mococxr.orchestrator.experiment.UnreadableExperiment;

/**
 * The states of this replica's experiments as objects, beside the store that keeps them: reading
 * them costs nothing. Written by the processors, read by anybody.
 */
final class LiveExperiments {
  private final Map<Integer, Partition> byPartition = new ConcurrentHashMap<>();

  /**
   * What a partition has.
   *
   * @param states by experiment, changed by its processor
   * @param unreadable by experiment
   */
  record Partition(
      Map<String, ExperimentState> states, Map<String, UnreadableExperiment> unreadable) {}

  /** A partition is this replica's from now on, with these experiments. */
  Partition assigned(int number, ExperimentStore.Content known) {
    Partition partition = new Partition(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    known.experiments().forEach(state -> partition.states().put(state.id(), state));
    known.unreadable().forEach(kept -> partition.unreadable().put(kept.id(), kept));
    byPartition.put(number, partition);
    return partition;
  }

  /** It is no longer, unless it has been assigned anew meanwhile. */
  void revoked(int number, Partition partition) {
    byPartition.computeIfPresent(number, (n, current) -> current == partition ? null : current);
  }

  /** Whether a partition is this replica's. */
  boolean has(int partition) {
    return byPartition.containsKey(partition);
  }

  /** Those that are this replica's. */
  Set<Integer> partitions() {
    return Set.copyOf(byPartition.keySet());
  }

  /**
   * One experiment; empty if none of this replica's partitions has it.
   *
   * @throws UnreadableException if its state cannot be read
   */
  Optional<ExperimentState> find(String experiment) {
    for (Partition partition : byPartition.values()) {
      UnreadableExperiment kept = partition.unreadable().get(experiment);
      if (kept != null) {
        throw new UnreadableException(kept);
      }
      ExperimentState state = partition.states().get(experiment);
      if (state != null) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  /** Those of this replica whose states cannot be read. */
  List<UnreadableExperiment> unreadable() {
    return byPartition.values().stream()
        .flatMap(partition -> partition.unreadable().values().stream())
        .toList();
  }

  /** All experiments of this replica whose states can be read, newest first. */
  List<ExperimentState> all() {
    List<ExperimentState> all = new ArrayList<>();
    byPartition.values().forEach(partition -> all.addAll(partition.states().values()));
    all.sort(
        Comparator.comparing(ExperimentState::requested)
            .reversed()
            .thenComparing(ExperimentState::id));
    return all;
  }
}
