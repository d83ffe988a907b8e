package org.mococxr.orchestrator.streams;

import org.mococxr.orchestrator.experiment.ExperimentState;

/** Is told each step of an experiment. Must be quick. */
@FunctionalInterface
public interface Transitions {
  /** Takes no notice. */
  Transitions NONE = (before, after) -> {};

  /**
   * A step was taken.
   *
   * @param before null if the experiment is new
   */
  void seen(ExperimentState before, ExperimentState after);
}
