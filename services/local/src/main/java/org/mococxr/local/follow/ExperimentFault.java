package org.mococxr.local.follow;

/** An experiment ended without a result, by a fault or because somebody cancelled it. */
public final class ExperimentFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExperimentFault(String message) {
    super(message);
  }
}
