package org.mococxr.orchestrator.experiment;

/** An event that fits no state; it belongs on the dead-letter topic. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message fit for the dead letter's header. */
  public RefusedException(String message) {
    super(message);
  }
}
