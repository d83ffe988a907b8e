package org.mococxr.orchestrator.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mococxr.orchestrator.experiment.ExperimentState;

/**
 * The states of this replica's experiments as objects, beside the store that keeps them: reading
 * them costs nothing. Written by the processors, read by anybody.
 */
final class LiveExperiments {
  private final Map<Integer, Map<String, ExperimentState>> byPartition = new ConcurrentHashMap<>();

  /** A partition is this replica's from now on, with these experiments. */
  Map<String, ExperimentState> assigned(int partition, Collection<ExperimentState> known) {
    Map<String, ExperimentState> states = new ConcurrentHashMap<>();
    known.forEach(state -> states.put(state.id(), state));
    byPartition.put(partition, states);
    return states;
  }

  /** It is no longer, unless it has been assigned anew meanwhile. */
  void revoked(int partition, Map<String, ExperimentState> states) {
    byPartition.computeIfPresent(
        partition, (number, current) -> current == states ? null : current);
  }

  /** Whether a partition is this replica's. */
  boolean has(int partition) {
    return byPartition.containsKey(partition);
  }

  /** Those that are this replica's. */
  Set<Integer> partitions() {
    return Set.copyOf(byPartition.keySet());
  }

  /** One experiment; empty if none of this replica's partitions has it. */
  Optional<ExperimentState> find(String experiment) {
    return byPartition.values().stream()
        .map(states -> states.get(experiment))
        .filter(state -> state != null)
        .findFirst();
  }

  /** All experiments of this replica, newest first. */
  List<ExperimentState> all() {
    List<ExperimentState> all = new ArrayList<>();
    byPartition.values().forEach(states -> all.addAll(states.values()));
    all.sort(
        Comparator.comparing(ExperimentState::requested)
            .reversed()
            .thenComparing(ExperimentState::id));
    return all;
  }
}
