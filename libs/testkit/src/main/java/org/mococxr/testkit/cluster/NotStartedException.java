package org.mococxr.testkit.cluster;

/** Why a container cannot be started yet, as a node reports it. */
final class NotStartedException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  NotStartedException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** One word, such as {@code ErrImagePull}. */
  String reason() {
    return reason;
  }
}
