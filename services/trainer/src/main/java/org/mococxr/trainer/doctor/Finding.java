package org.mococxr.trainer.doctor;

/**
 * One thing that was looked at.
 *
 * @param subject what it is
 * @param state whether it is as it should be
 * @param found what there is
 * @param remedy what to do; empty where there is nothing to be done
 */
public record Finding(String subject, State state, String found, String remedy) {

  /** Whether something is as it should be. */
  public enum State {
    /** It is. */
    OK,
    /** It is not, and something will fail. */
    MISSING,
    /** It was not looked at, since nothing says that it is wanted. */
    SKIPPED
  }

  static Finding ok(String subject, String found) {
    return new Finding(subject, State.OK, found, "");
  }

  static Finding missing(String subject, String found, String remedy) {
    return new Finding(subject, State.MISSING, found, remedy);
  }

  static Finding skipped(String subject, String found, String remedy) {
    return new Finding(subject, State.SKIPPED, found, remedy);
  }
}
