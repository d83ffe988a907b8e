package org.mococxr.inference.quality;

/** Feedback on an answer that was not given, or so long ago that it is forgotten. */
public final class UnknownAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names the answer. */
  public UnknownAnswerException(String model, String id) {
    super("model " + model + " gave no answer " + shown(id) + ", or it is forgotten");
  }

  private static String shown(String id) {
    return id.length() <= 64 ? id : id.substring(0, 64) + "…";
  }
}
