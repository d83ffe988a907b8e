package org.mococxr.orchestrator.experiment;

/** Something was asked of an experiment whose state this version cannot read. */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for the user. */
  public UnreadableException(String message) {
    super(message);
  }

  /** As above, of that experiment. */
  public UnreadableException(UnreadableExperiment experiment) {
    this("experiment '%s': %s".formatted(experiment.id(), experiment.reason()));
  }
}
