package org.mococxr.orchestrator.experiment;

/** How far an experiment is. */
public enum ExperimentStatus {
  /** The splitter works. */
  SPLITTING,
  /** Runs are wanted. */
  RUNNING,
  /** Every run is done. */
  COMPLETED,
  /** The split or a run cannot be done. */
  FAILED,
  /** The user no longer wants it. */
  CANCELLED;

  /** Nothing more will happen by itself. */
  public boolean ended() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }
}
