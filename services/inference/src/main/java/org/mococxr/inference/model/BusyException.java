package org.mococxr.inference.model;

/** Too many images wait for a model; the caller may try again later. */
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says how many images wait. */
  public BusyException(String model, int waiting) {
    super("model " + model + " is busy: " + waiting + " images wait (limits.queue)");
  }

  /** Says what there is too much of. */
  public BusyException(String message) {
    super(message);
  }
}
