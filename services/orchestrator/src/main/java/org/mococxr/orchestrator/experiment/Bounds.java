package org.mococxr.orchestrator.experiment;

import java.nio.charset.StandardCharsets;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.plan.RunPlan;
import org.mococxr.specs.ExperimentSpec;

/** How large an experiment may be, so that one cannot stop the orchestrator for all others. */
public final class Bounds {
  private Bounds() {}

  /**
   * Checks what is known when an experiment is submitted.
   *
   * @throws UserErrorException naming the size and the limit
   */
  public static void require(ExperimentSpec spec, Policy policy) {
    requireBytes(spec.toJson().getBytes(StandardCharsets.UTF_8).length, policy);
    requireRuns(RunPlan.expected(spec), policy);
  }

  /**
   * @param bytes of the specification
   */
  public static void requireBytes(int bytes, Policy policy) {
    if (bytes > policy.maxSpecBytes()) {
      throw new UserErrorException(
          "experiment",
          "the specification has %,d bytes".formatted(bytes),
          "at most %,d (mococxr.orchestrator.max-spec-bytes)".formatted(policy.maxSpecBytes()));
    }
  }

  /**
   * @param runs of the experiment
   */
  public static void requireRuns(long runs, Policy policy) {
    if (runs > policy.maxRuns()) {
      throw new UserErrorException(
          "split: draws",
          "the experiment would have %,d runs".formatted(runs),
          "at most %,d (mococxr.orchestrator.max-runs): fewer draws, fractions, modes or"
                  .formatted(policy.maxRuns())
              + " initialisations");
    }
  }
}
