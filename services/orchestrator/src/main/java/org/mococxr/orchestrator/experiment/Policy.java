package org.mococxr.orchestrator.experiment;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.mococxr.specs.RunKind;

/**
 * Limits of every experiment.
 *
 * @param maxParallelRuns runs of one experiment that are in flight at once
 * @param maxRuns runs that one experiment may have
 * @param maxSpecBytes size of its specification as JSON
 * @param budgets how often attempts may end, for every cause
 * @param stallLimit a trainer that works and says nothing for this long counts as failed
 * @param deadlines how long one attempt may take, for the kinds that have a limit
 */
public record Policy(
    int maxParallelRuns,
    int maxRuns,
    int maxSpecBytes,
    Map<Cause, Budget> budgets,
    Duration stallLimit,
    Map<RunKind, Duration> deadlines) {

  /** Copies the maps; numbers are at least 1, and every cause has a budget. */
  public Policy {
    if (maxParallelRuns < 1 || maxRuns < 1 || maxSpecBytes < 1) {
      throw new IllegalArgumentException("limits must be at least 1");
    }
    budgets = Map.copyOf(budgets);
    deadlines = Map.copyOf(deadlines);
    for (Cause cause : Cause.values()) {
      if (!budgets.containsKey(cause)) {
        throw new IllegalArgumentException("no budget for " + cause);
      }
    }
  }

  /** How long an attempt may take; empty for as long as it likes. */
  Optional<Duration> deadline(RunKind kind) {
    return Optional.ofNullable(deadlines.get(kind));
  }
}
