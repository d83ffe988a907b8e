package org.mococxr.orchestrator.experiment;

/**
 * Limits of every experiment.
 *
 * @param maxParallelRuns runs of one experiment that are in flight at once
 * @param maxFaults faults of one run after which it is not tried again
 */
public record Policy(int maxParallelRuns, int maxFaults) {

  /** Both are at least 1. */
  public Policy {
    if (maxParallelRuns < 1 || maxFaults < 1) {
      throw new IllegalArgumentException("limits must be at least 1");
    }
  }
}
