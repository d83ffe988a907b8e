package org.mococxr.trainer.run;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One kind of run. */
@FunctionalInterface
public interface Workload {

  /**
   * Does the work in the run's folder, or goes on with what an earlier attempt left there.
   *
   * @throws org.mococxr.foundation.UserErrorException for a bad specification or bad data
   */
  Outcome run(RunContext context) throws IOException;

  /**
   * The options on which the result depends: all but those that say how the work is done and
   * reported.
   */
  default Map<String, Object> identifying(Map<String, Object> options) {
    Map<String, Object> identifying = new LinkedHashMap<>(options);
    identifying.keySet().removeAll(MACHINE);
    return identifying;
  }

  /** Options of any kind of run that change nothing in its result. */
  Set<String> MACHINE =
      Set.of(
          "cache",
          "threads",
          "loaders",
          "logEvery",
          "checkpointEvery",
          "keepCheckpoints",
          "keepEvery");
}
