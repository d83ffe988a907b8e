package org.mococxr.inference.model;

/** No model is served yet: none was configured and none was published. */
public final class NoModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One message fits all. */
  public NoModelException() {
    super("no model is served yet; one is as soon as an experiment publishes it");
  }
}
