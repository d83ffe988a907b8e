package org.mococxr.trainer.run;

import java.util.Set;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunIdentity;

/** Which files of a run's folder are its result, and which only say whose folder it is. */
final class ResultFiles {
  /** Of the run itself; the log is the launcher's. */
  private static final Set<String> OF_THE_RUN =
      Set.of("spec.json", RunDone.FILE, RunIdentity.FILE, "trainer.log");

  private ResultFiles() {}

  /**
   * True for a file that another run may take over.
   *
   * @param name relative to the run's folder, with slashes
   */
  static boolean isResult(String name) {
    return !OF_THE_RUN.contains(name) && !name.startsWith(".") && !name.contains("/.");
  }
}
