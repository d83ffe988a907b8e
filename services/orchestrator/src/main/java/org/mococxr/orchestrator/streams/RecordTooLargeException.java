package org.mococxr.orchestrator.streams;

/** A broker would not take what an event leads to. */
final class RecordTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecordTooLargeException(String message) {
    super(message);
  }
}
