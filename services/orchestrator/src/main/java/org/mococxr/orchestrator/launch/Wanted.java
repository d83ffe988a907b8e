package org.mococxr.orchestrator.launch;

import java.time.Instant;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.RunStatus;
import org.mococxr.specs.RunSpec;

/**
 * An attempt at a run that the state machine has asked for and not yet seen the end of.
 *
 * @param spec what to do
 * @param attempt counts from 1
 * @param trace what the trainer's spans belong to, as {@code traceparent}; null if nobody traces
 * @param requested when it was asked for; null if that is not known
 * @param begun whether its trainer has said that it works
 */
public record Wanted(RunSpec spec, int attempt, String trace, Instant requested, boolean begun) {
  /** An attempt of which no more is known. */
  public Wanted(RunSpec spec, int attempt) {
    this(spec, attempt, null, null, false);
  }

  /** The current attempt at a run. */
  static Wanted of(ExperimentState state, RunState run) {
    return new Wanted(
        run.spec(),
        run.attempt(),
        state.trace(),
        run.requested(),
        run.status() == RunStatus.RUNNING);
  }

  /** The same attempt at the same work, whether or not it has been written and read meanwhile. */
  boolean same(Wanted other) {
    return attempt == other.attempt
        && (spec == other.spec || spec.digest().equals(other.spec.digest()));
  }

  /** Identifies the run over its attempts. */
  String key() {
    return spec.experiment() + "/" + spec.run();
  }
}
