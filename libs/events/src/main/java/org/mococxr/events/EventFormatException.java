package org.mococxr.events;

/** A record on a topic that is no event of ours; it belongs on the dead-letter topic. */
public final class EventFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message fit for the dead letter's header. */
  public EventFormatException(String message) {
    super(message);
  }

  /** With a message fit for the dead letter's header. */
  public EventFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
