package org.mococxr.orchestrator.experiment;

/**
 * Limits of every experiment.
 *
 * @param maxParallelRuns runs of one experiment that are in flight at once
 * @param maxFaults faults of one run after which it is not tried again
 * @param maxRuns runs that one experiment may have
 * @param maxSpecBytes size of its specification as JSON
 */
public record Policy(int maxParallelRuns, int maxFaults, int maxRuns, int maxSpecBytes) {

  /** All are at least 1. */
  public Policy {
    if (maxParallelRuns < 1 || maxFaults < 1 || maxRuns < 1 || maxSpecBytes < 1) {
      throw new IllegalArgumentException("limits must be at least 1");
    }
  }
}
