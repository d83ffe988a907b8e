package org.mococxr.orchestrator.experiment;

import org.mococxr.specs.ExitCodes;

/** Why an attempt ended without a result, and may be tried again. */
public enum Cause {
  /** It was told to stop: by the cluster, or with the machine. */
  PREEMPTED("preempted"),
  /** The trainer or its machine failed. */
  FAULT("failed"),
  /** It made no progress, or took too long, and was ended. */
  STALLED("stalled"),
  /** The artefact store could not be reached. */
  STORE("without the artefact store"),
  /** It could not be started: no node, no image, no quota. */
  NOT_STARTED("not started");

  private final String word;

  Cause(String word) {
    this.word = word;
  }

  /** For people: {@code 3 times preempted}. */
  String word() {
    return word;
  }

  /** What an exit code means; the user's errors are none of these. */
  static Cause of(int exitCode) {
    return switch (exitCode) {
      case ExitCodes.PREEMPTED -> PREEMPTED;
      case ExitCodes.STORE_UNAVAILABLE -> STORE;
      case ExitCodes.NOT_STARTED -> NOT_STARTED;
      default -> FAULT;
    };
  }
}
