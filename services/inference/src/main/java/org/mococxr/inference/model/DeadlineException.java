package org.mococxr.inference.model;

/** The request's deadline passed before its answer was there. */
public final class DeadlineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names the model that did not answer in time. */
  public DeadlineException(String model) {
    super("model " + model + " did not answer by the request's deadline");
  }
}
