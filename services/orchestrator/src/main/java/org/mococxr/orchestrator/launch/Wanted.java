package org.mococxr.orchestrator.launch;

import org.mococxr.specs.RunSpec;

/**
 * An attempt at a run that the state machine has asked for and not yet seen the end of.
 *
 * @param spec what to do
 * @param attempt counts from 1
 * @param trace what the trainer's spans belong to, as {@code traceparent}; null if nobody traces
 */
public record Wanted(RunSpec spec, int attempt, String trace) {
  /** An attempt that nobody traces. */
  public Wanted(RunSpec spec, int attempt) {
    this(spec, attempt, null);
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
