package org.mococxr.inference.model;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A model that was unloaded does not load again now: its bundle or the memory is away. That is the
 * machine's fault, which may pass, and never that of whoever sends a request.
 */
public final class UnavailableModelException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  /** Of the model called {@code name}; what went wrong stays in the log. */
  public UnavailableModelException(String name, Exception cause) {
    super(
        "model " + name + " cannot be loaded again now; see the service's log",
        cause instanceof IOException io ? io : new IOException(cause));
  }
}
