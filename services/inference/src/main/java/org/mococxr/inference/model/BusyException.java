package org.mococxr.inference.model;

/** Too many calls wait for their turn; the caller may try again later. */
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says for how long the call waited in vain. */
  public BusyException(String model, java.time.Duration waited) {
    super("model " + model + " is busy: no turn within " + waited);
  }
}
