package org.mococxr.specs;

import org.mococxr.foundation.UserErrorException;

/** What the end of a trainer's process means, to the orchestrator and to Kubernetes alike. */
public final class ExitCodes {
  /** Done. */
  public static final int DONE = 0;

  /** A fault of the program or the machine: tried again, a limited number of times. */
  public static final int FAULT = 1;

  /**
   * The artefact store could not be reached, though it was asked for a while (sysexits'
   * EX_UNAVAILABLE): a fault, but not of this run.
   */
  public static final int STORE_UNAVAILABLE = 69;

  /** Bad specification or data: never retried. */
  public static final int USER_ERROR = UserErrorException.EXIT_CODE;

  /** Told to stop, checkpoint written: started again, not counted as a fault. */
  public static final int PREEMPTED = 75;

  /** SIGKILL ended the process, or the first one of its container: a fault. */
  public static final int KILLED = 137;

  /** The process is gone and nobody saw its exit code: a fault. */
  public static final int UNKNOWN = -1;

  /** The process was never started, and was not waited for any longer: no exit code of its own. */
  public static final int NOT_STARTED = -2;

  private ExitCodes() {}
}
