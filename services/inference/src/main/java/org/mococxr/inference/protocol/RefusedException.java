package org.mococxr.inference.protocol;

/** A request that the server does not take, whatever the model. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  /** Refuses for that reason. */
  public RefusedException(Failure failure, String message) {
    super(message);
    this.failure = failure;
  }

  /** Why. */
  public Failure failure() {
    return failure;
  }
}
