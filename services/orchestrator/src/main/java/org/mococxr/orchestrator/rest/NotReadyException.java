package org.mococxr.orchestrator.rest;

/** The answer is not known at the moment, and will be soon. */
public final class NotReadyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotReadyException(String message) {
    super(message);
  }
}
