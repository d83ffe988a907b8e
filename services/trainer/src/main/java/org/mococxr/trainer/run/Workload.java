package org.mococxr.trainer.run;

import java.io.IOException;

/** One kind of run. */
@FunctionalInterface
public interface Workload {

  /**
   * Does the work in the run's folder, or goes on with what an earlier attempt left there.
   *
   * @throws org.mococxr.foundation.UserErrorException for a bad specification or bad data
   */
  Outcome run(RunContext context) throws IOException;
}
