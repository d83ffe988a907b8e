package org.mococxr.orchestrator.experiment;

/** How far a run is. */
public enum RunStatus {
  /** For runs before it, or for its turn. */
  WAITING,
  /** The launcher has been asked. */
  REQUESTED,
  /** A trainer has said that it works. */
  RUNNING,
  /** Its result is there. */
  DONE,
  /** It will not be tried again. */
  FAILED,
  /** No longer wanted. */
  CANCELLED;

  /** A process or pod is wanted for it. */
  public boolean inFlight() {
    return this == REQUESTED || this == RUNNING;
  }
}
